"""Where a person or a machine comes in. Doors have no tables, and no door leads to another."""
