"""The ledger: one chained line for every thing that happened.

For what: audit reads it, statistics read nothing else, and higher rooms follow it with a cursor instead
of being called from below. Owns: lines, the head, the followers' cursors. Speaks to: the kernel only.
Never: free text, addresses, names or anything a reporter wrote; a line holds codes, numbers and ids.
"""
