"""Other software for the same purpose, run beside ours; none of its code is kept here."""
