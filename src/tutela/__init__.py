"""Tutela: software for the people who fight the sexual exploitation of children online.

The rule above all others is *content-free*: no model, form, interface or message has a place for
imagery. The package handles addresses, fingerprints, facts and codes.
"""
