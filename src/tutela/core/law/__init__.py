"""What the law and the public services of every country say, with sources, and what follows from it.

For what: which law forbids an assessed item, where it should go, what a node may do, how laws differ.
Owns: ``data/``: the questions, the standards that ask them, one file of answers per country, contacts, names,
labels; each answer with source, year and confidence.
Speaks to: terms, the kernel.
Never: guesses. What is not in the data is unknown, and is said to be unknown; a "no" is only where a source
says no.
"""
