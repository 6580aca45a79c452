"""Kits for tests, shipped with the package: a PostgreSQL of one's own, persons, servers, conformance."""
