"""The envelope: bytes that only their addressee can open, and that say who wrote them.

For what: what nodes send each other (``writing``, ``reading``), as ``spec/envelope.md`` describes it; sealing
to a public key what one process writes and another reads; locking what lies in the database or on a disk.
Owns: those forms, canonical JSON, padding, a node's keys and their rotation. Speaks to: terms (handling
marks), the kernel and ``cryptography``. Never: files, tables, the meaning of a kind or of a content; callers
bring bytes, keys, trust and the time.
"""
