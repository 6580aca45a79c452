"""What tests of commands share: a notice on its way to a provider."""

from tutela.testing.notifying import story

__all__ = ["story"]
