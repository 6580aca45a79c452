"""What the law and the public services of a country are, as facts with sources.

For what: emergency numbers, help lines and hotlines by country.
Owns: ``data/contacts.csv``, each row with source, year and confidence.
Speaks to: the kernel.
Never: guesses. What is not in the data is unknown, and is said to be unknown.
"""
