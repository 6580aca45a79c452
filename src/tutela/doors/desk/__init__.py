"""The desk: where analysts, coordinators, the welfare lead and auditors come in.

For what: queue, item, assessment, decision, what each law says to it, notices, the exposure clock, the audit
view. Owns no tables. Speaks to: accounts, cases, hashbank, notices, ledger, by their actions and queries;
core.
Never: shows an address as a link, shows or fetches imagery, lets a view be entered that does not say by whom.
"""
