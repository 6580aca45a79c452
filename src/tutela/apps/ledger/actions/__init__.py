"""What can be done with the ledger: append a line, move a follower's cursor."""

from tutela.apps.ledger.actions.advance_cursor import advance_cursor
from tutela.apps.ledger.actions.write_line import write_line

__all__ = ["advance_cursor", "write_line"]
