"""``python -m tutela.doors.worker``: run the worker of the node in ``$TUTELA_HOME``."""

from __future__ import annotations

import os


def main() -> None:
    """Set up Django, and with it the log that takes codes only; then run the loop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutela.config.worker")
    import django

    django.setup()
    from tutela.doors.worker import loop

    loop.run()


if __name__ == "__main__":
    main()
