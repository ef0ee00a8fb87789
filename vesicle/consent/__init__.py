"""Step 5. Does the person agree, knowing what they agree to? Wording, signature, validity, withdrawal.

Receives appointments; hands on signed consents."""
