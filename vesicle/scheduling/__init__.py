"""Step 4. When, where, with whom? Durations, availability, holds and bookings that cannot collide.

Receives clearances and editions; hands on appointments."""
