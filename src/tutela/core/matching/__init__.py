"""Matching: whether a fingerprint is near one of a hash list, exactly and fast.

For what: fingerprints, hashers, exact radius search, snapshots, verdicts. NumPy, Numba and Pillow, no Django
and no network, so that a provider's scanner and a hotline's node run the same code.
Owns: the format of an index folder (docs/performance.md has its figures).
"""
