"""The match service: machines ask whether a fingerprint is known, over HTTP, without holding the list.

For what: one lookup or ten thousand in a request, the routes of HMA, keys, rate limits, metrics, curation of
banks of its own. Owns: its folder of state (keys as digests, banks, silenced entries, counts of floods).
Speaks to: the index folder, shared with other processes through the page cache. Needs neither Django nor a
node. Never: fetches an address whose host was not allowed, writes a file it was handed to a disk, writes
fingerprints to a log, answers without a key.
"""
