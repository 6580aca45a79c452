"""The partners' door: envelopes in, a mailbox for nodes that nobody reaches, what this node says of itself.

For what: verifies by public keys and stores what is sealed; answers each envelope by name. Speaks to: the
exchange, by its actions that need no private key. Never: a private key, the content of a message, a cookie, a
page for people; what stands in a table is for the worker to open.
"""
