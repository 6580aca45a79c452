"""Referrals: what partners referred to this police unit, in which order, and what it said became of them.

For what: a list that explains why each is first; an outcome that goes back in one click. Owns: one row for
each referral that came; what was referred stands in its conversation, locked, and nowhere else.
Speaks to: exchange (hears referrals, says outcomes, questions and replies), accounts, the ledger, formats for
the sheet and the bundle. Never: loosens the mark under which a referral came; keeps an address in the clear.
"""
