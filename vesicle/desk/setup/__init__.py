"""Setting up what the clinic has: locations and their hours, rooms, devices, providers, visits, rules for booking."""
