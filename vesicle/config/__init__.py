"""Settings, addresses, environment. Knows every room; no room knows it."""
