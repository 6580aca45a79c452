"""Notices: a hosting provider is told what lies on its machines, answers, and is watched until gone.

For what: who hosts an item and whom to write to, one letter per contact with many items, delivery with
retries, the provider's answer by one-time link, and the looks that tell whether the item is still there.
Owns: providers, contacts, hosting facts, notices and their items, deliveries, answers, watches, checks.
Speaks to: the cases it writes about, people who approve, the ledger. Never: the network (the worker's legs
look up, send and look), anything that was found at an address, anything a reporter wrote.
"""
