"""A promise about what a worker carries: what a node did not ask for is not loaded."""

from __future__ import annotations

import os
import subprocess
import sys

ROUND = """
import sys
import django
django.setup()
from django.utils import timezone
from tutela.doors.worker import loop
from tutela.doors.worker.equipment import equip
assert loop.WORK["directory"](timezone.now(), equip()) == 0
print(sorted({name.partition(".")[0] for name in sys.modules} & {"tuf", "securesystemslib", "boto3"}))
"""


def test_a_node_without_a_directory_does_not_load_what_reads_one() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tutela.config.testing"}
    done = subprocess.run(
        [sys.executable, "-c", ROUND],
        env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
