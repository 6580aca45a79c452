"""The words of the work as codes: states, roles, decisions, what an assessment holds, what it maps to.

For what: one place where every code is spelled, labelled and compared with other organisations' schemes.
Owns: ``data/labels.csv`` (English, Georgian, keyboard keys) and ``data/mappings.csv``.
Speaks to: the kernel.
Never: describes anything; holds a rule of one organisation or of one country.
"""
