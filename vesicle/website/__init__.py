"""Step 2. What do we tell people? Public pages rendered from approved editions.

Receives editions; hands on a visitor who wants to know whether a treatment suits them."""
