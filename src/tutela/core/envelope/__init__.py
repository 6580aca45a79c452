"""The envelope: bytes that only their addressee can open.

For what: sealing to a public key what one process writes and another reads, and locking what lies in the
database. Owns: the sealed and the locked form, and the padding. Speaks to: the kernel and ``cryptography``.
Never: product words, JSON, files, keys of a node; callers bring keys and say what the bytes are for.
"""
