"""What the public pages say of the clinic's people and places in its own words: written, judged, approved, shown."""
