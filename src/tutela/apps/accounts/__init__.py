"""People of the organisation, their roles and how they are let in.

For what: everything that acts at the desk acts as a person with one role. Owns: people, invitations,
one-time sign-in links of a demo node; the second factors belong to the sign-in library and hang on the
person. Speaks to: the ledger. Never: anything about reports; passwords or tokens in clear.
"""
