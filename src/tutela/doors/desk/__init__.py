"""The desk: where analysts, coordinators, the welfare lead and auditors come in.

For what: queue, item, assessment, decision, notices, the exposure clock, the audit view. Owns no tables.
Speaks to: accounts, cases, hashbank, notices, ledger, by their actions and queries.
Never: shows an address as a link, shows or fetches imagery, lets a view be entered that does not say by whom.
"""
