"""Tags of the pages of getting in."""
