"""The conversation between nodes: what may be said by whom, in which order, and what follows from it.

For what: kinds of messages and their contents, conversations as events in and commands out, receipts,
handling marks, when to try again, the bytes of the HTTP binding; all as ``spec/protocol.md`` has them.
Owns: those forms and rules. Speaks to: envelope, terms and the kernel. Never: the network, tables, keys;
callers bring messages, the time and chance.
"""
