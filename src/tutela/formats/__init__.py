"""Bytes to record and back: pure, one folder a format, found by entry point."""
