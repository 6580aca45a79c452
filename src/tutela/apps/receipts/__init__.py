"""Receipts: what a reporter hands in, and all that a reporter may see of what became of it.

For what: the code that opens a receipt, sealed submissions on their way to the desk, sealed messages on
their way back. Owns: receipts, submissions, messages, the word list. Speaks to: the ledger, the envelope.
Never: a code, a reporter's private key, an address of the network, or an unsealed word in a table.
"""
