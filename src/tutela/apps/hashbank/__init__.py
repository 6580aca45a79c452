"""The hash bank: which fingerprints stand on which lists, where they came from, and by what right.

For what: hash lists with origin, legal basis and handling mark; entries that sources deliver, that people
import, or that one person proposes and another approves; withdrawal that reaches every index.
Owns: lists, sources with their checkpoints, entries with their fingerprints, quarantined pages, opinions.
Speaks to: people who propose and approve, the worker that fetches and indexes, the ledger. Never: the
network, a file of somebody's, a picture; never writes a fingerprint's value to the ledger or a log.
"""
