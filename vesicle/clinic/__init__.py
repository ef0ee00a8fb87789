"""The place: clinics, locations, rooms, devices, opening hours, staff hours, products and lots."""
