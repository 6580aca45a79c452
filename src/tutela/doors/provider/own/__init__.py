"""A provider's own node: its people sign in, see what partners ask, and answer per item or all at once.

The pages behind a one-time link (``views``) are a process of another node, a hotline's, and know nobody.
"""
