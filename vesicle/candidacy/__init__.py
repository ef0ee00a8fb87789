"""Step 3. May this person have it? Questions, rules, verdicts with reasons, and the provider's review.

Receives editions and answers; hands on verdicts and clearances."""
