"""Step 7. How is the person doing? Plan, check-ins, red flags, alerts, adverse events.

Receives signed encounters; hands on a recovery that somebody watched."""
