"""The exchange: partners, which of their keys are believed, what was said to them and heard from them.

For what: messages to other nodes that leave in the transaction of the change they tell, arrive once however
often they are delivered, and are receipted; handling marks that bind whoever asks; keys, pins, rotation and
revocation; a mailbox for nodes behind a firewall; which cases an agreed partner has too, without showing any.
Owns: partners and their keys, this node's public keys, conversations, outbox, inbox, mailbox, shared lists,
marks of what came from partners, questions about overlap, recorded refusals.
Speaks to: cases (a handover becomes a report), accounts, the ledger; the worker delivers, opens and answers.
Never: the network; a private key in a table; content unlocked at rest; anything forwarded against its mark.
"""
