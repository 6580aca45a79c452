"""Trouble between two nodes, by a seed: processes die, the wire is cut, clocks and directories lie.

``plan`` draws what happens from a seed, ``director`` lets it happen to two real nodes, ``promises`` says what
must hold after it. Everything here runs in tests and in ``make chaos``; no node loads it by itself.
"""
