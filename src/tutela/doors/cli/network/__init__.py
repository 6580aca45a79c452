"""The third act of the demonstration: five nodes on one machine, and what they say to each other.

Each has a data folder, keys and processes of its own; nothing connects them but HTTP on the loopback.
"""
