"""HMA's routes: what a client of hasher-matcher-actioner asks, answered in the shapes it knows.

Its words are banks, contents and signals; ours are lists, entries and fingerprints. Where HMA's behaviour
is a trap (a distant hash of a content shadowing a near one, ``bypass_coinflip`` lost in GET, any address
fetched) the answer has HMA's shape and does the right thing.
"""
