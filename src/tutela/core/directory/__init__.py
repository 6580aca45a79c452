"""The directory: who takes part in the exchange, said by several people together, in a form that grows stale.

For what: the entry of one organisation (``entries``), the signatures of keepers (``signatures``), the four
signed files of a TUF repository and what each of them lacks (``metadata``, ``standing``), and the name of
everything that is refused about them (``errors``), as ``spec/directory.md`` describes it. Owns: those forms.
Speaks to: the envelope (keys, canonical JSON, both signatures), terms, the kernel and python-tuf's metadata.
Never: files, the network, what a node makes of a partner; callers bring bytes, keys and the time.
"""
