"""The neutral record: what outside bytes become before any room sees them, and what formats write from.

For what: one shape for an address, for the places pasted into a form, for a notice to a provider.
Owns: the canonical form of an address and its key; ``data/tracking.csv``.
Speaks to: terms, kernel.
Never: fetches, stores or describes anything; carries media.
"""
