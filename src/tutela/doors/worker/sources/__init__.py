"""Sources of hash lists: what goes out to fetch them, each a plug-in found by its entry point.

For what: NCMEC, StopNCII and ThreatExchange through the package that their users keep, and files in the
node's own folder. Owns: nothing. Speaks to: those services, with a secret that only this process can read.
Never: follows a redirect or a link to another host, logs what it was sent, keeps a fingerprint of a kind
that is licensed.
"""
