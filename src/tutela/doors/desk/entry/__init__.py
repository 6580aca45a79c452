"""Getting in: invitation, sign-in, second factor, one's own account, the people of the desk.

For what: the part of the desk that meets somebody before it knows who it is. Owns no tables.
Speaks to: accounts, by its actions and queries; the sign-in library (allauth), whose pages it shows.
Never: signs anybody up, mails a password, tells whether an address is known.
"""
