"""Tags and filters of the shared look."""
