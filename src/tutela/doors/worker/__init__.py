"""The worker: one loop that does what is due, and the only part of a node that goes out to the network.

For what: opens what reporters handed in, looks up who hosts an item, fetches hash lists and recognises what
they know, sends notices, looks whether items are gone, tells reporters, carries messages between partners.
Owns: nothing; what it learns is written by actions of the rooms, and the index folder is made from them.
Speaks to: receipts, cases, the hash bank, the exchange, notices and the ledger; name servers, registries,
mail servers, sources of hash lists, partners' nodes, and, where the node's policy lets it, the reported
addresses. Never: keeps, shows or passes on anything it was served.

Mail that comes back later is not fetched: a mail server's refusal while it is being handed the mail is
recorded here, anything after that by ``tutela mail returned``, or by a person at the desk.
"""
