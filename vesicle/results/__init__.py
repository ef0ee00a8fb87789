"""Step 8. Did it work? Follow-ups, measures, the patient's own curve against the expected window.

Receives encounters; hands what really happened back to the protocol's page."""
