"""The story that these tests begin in."""

from tutela.testing.notifying import story

__all__ = ["story"]
