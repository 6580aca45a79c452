"""Composition: what each process may load, where its data lie, which URLs it answers."""
