"""Rooms with memory, from high to low: each owns its tables and calls only rooms below it."""
