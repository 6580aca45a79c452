"""The public site: somebody tells where it is, gets a code, and comes back with it.

For what: a report in under a minute without name, script, cookie or account; a receipt that only the code
opens. Owns: pages, forms, the sealed tokens of its forms, the place in the queue. Speaks to: receipts, core,
look. Never: reads a report, knows a visitor, keeps an address, sets a cookie, takes a file.
"""
