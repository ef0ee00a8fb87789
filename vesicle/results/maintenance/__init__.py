"""When a finished course may be worth repeating: planned from what was measured, else from the protocol."""
