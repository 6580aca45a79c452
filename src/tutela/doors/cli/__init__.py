"""The command ``tutela``: one program for a node's keeper, an auditor and, without a node, a scanner.

Commands that need a node import Django only when they run, so that an installation without the extra
``node`` starts and says what is missing.
"""

from __future__ import annotations


def run() -> None:
    """Entry point of the console script."""
    from tutela.doors.cli.app import app

    app()
