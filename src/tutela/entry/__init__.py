"""Getting in: invitation, sign-in, second factor, one's own account, the people; who may enter which page.

For what: every door behind a sign-in (desk, police, a provider's own people) before it knows who somebody is,
and the guard that each of their pages names. Owns no tables; a door lends its frame (``TUTELA_DOOR_BASE``).
Speaks to: accounts, by its actions and queries; the sign-in library (allauth), whose pages it shows.
Never: signs anybody up, mails a password, tells whether an address is known.
"""
