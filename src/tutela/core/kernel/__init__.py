"""Clock, identifiers and base errors: what every room needs and no product word stands in."""
