"""The police's door: referrals in an explained order, outcomes back in one click, requests to preserve.

For what: an officer who sees why each is first, answers, asks, and takes the sheet or the bundle along.
Speaks to: referrals and requests, by actions and queries; getting in is ``entry``. Never: shows an address
as a link; works without a second factor; asks for an outcome that takes more than a click.
"""
