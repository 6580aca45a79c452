"""Django's own backend for SQLite, with another way of waiting for the lock (``base``)."""
