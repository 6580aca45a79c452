"""Requests: what a provider is asked by partners, and what police asked a provider to keep.

For what: a provider that answers notices and requests to preserve item by item; police that ask for a period
with the article it stands on, and see the answers. Owns: one row for each request and each of its items; what
it says stands in its conversation, locked. Speaks to: exchange, referrals (whose items are asked about),
accounts, the ledger, the law. Never: asks for longer than the article allows; passes on what a mark forbids.
"""
