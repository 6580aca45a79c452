"""Promises of the program that is loaded once: what is forked from it is a process like any other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutela.testing import loaded

pytestmark = pytest.mark.processes


def python(code: str, **environment: str) -> tuple[int, str, str]:
    done = loaded.run(code=code, environment=loaded.plain() | environment)
    return done.returncode, done.stdout, done.stderr


def test_outputs_and_exit_code_are_those_of_the_process() -> None:
    assert python("import sys; print('said'); sys.exit(3)") == (3, "said\n", "")
    code, said, errors = python("raise ValueError('wrong')")
    assert (code, said) == (1, "")
    assert errors.endswith("ValueError: wrong\n")
    assert python("import os; os.kill(os.getpid(), 9)")[0] == -9


def test_nothing_goes_from_one_process_to_the_next() -> None:
    first = python("import os, json; json.seen = 1; os.chdir('/'); print(os.getpid())", ONE="1")
    second = python("import os, json; print(hasattr(json, 'seen'), os.environ.get('ONE'), os.getcwd())")
    assert first[1].strip() != str(os.getpid())
    assert second[1] == f"False None {Path.cwd()}\n"


def test_what_takes_too_long_is_ended_and_the_next_one_runs() -> None:
    with pytest.raises(TimeoutError):
        loaded.run(code="import time; time.sleep(60)", environment=loaded.plain(), seconds=0.2)
    assert python("print('here')")[1] == "here\n"


def test_it_brings_no_settings_along() -> None:
    assert python("from django.conf import settings; print(settings.configured)")[1] == "False\n"
