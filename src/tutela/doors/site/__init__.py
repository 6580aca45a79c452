"""The public site: somebody tells where it is, gets a code, and comes back with it.

For what: a report in under a minute without name, script, cookie or account; a receipt that only the code
opens; the law of every country beside the standards, and who helps where. Owns: pages, forms, the sealed
tokens of its forms, the place in the queue, the outlines of the map. Speaks to: receipts, core, look.
Never: reads a report, knows a visitor, keeps an address, sets a cookie, takes a file.
"""
