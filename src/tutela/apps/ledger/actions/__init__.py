"""What can be done with the ledger: append lines, move a follower's cursor."""

from tutela.apps.ledger.actions.advance_cursor import advance_cursor
from tutela.apps.ledger.actions.write_line import write_line
from tutela.apps.ledger.actions.write_lines import NewLine, write_lines

__all__ = ["NewLine", "advance_cursor", "write_line", "write_lines"]
