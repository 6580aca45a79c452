"""What the pages hold: frozen records made for reading, every address already defanged.

Templates are given these and nothing of the rooms, so that no template can print a raw address by
mistake.
"""
