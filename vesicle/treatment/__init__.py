"""Step 6. What was done? The visit step by step, lots, photographs, signature, amendment, recall.

Receives appointments with valid consent; hands on signed encounters."""
