"""Keep the mark of what came from a partner, for rooms above that hear messages themselves.

Whatever is said later about the same thing, by whichever room, is held to it.
"""

from tutela.apps.exchange.actions._binding import keep_mark

__all__ = ["keep_mark"]
