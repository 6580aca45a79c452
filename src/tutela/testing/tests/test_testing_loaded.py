"""Promises of the program that is loaded once: what is forked from it is a process like any other."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tutela.config import base
from tutela.doors.cli import making, serving
from tutela.testing import loaded, loading
from tutela.testing.processes import wait_for

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


def test_it_ends_as_python_does() -> None:
    """Its last words are written, its threads and what it registered are waited for, its text is told."""
    lasting = (
        "import atexit, sys, threading, time\n"
        "atexit.register(lambda: sys.stdout.write('registered'))\n"
        "threading.Thread(target=lambda: (time.sleep(0.1), sys.stdout.write('thread '))).start()\n"
        "sys.stdout.write('statement ')"
    )
    assert python(lasting) == (0, "statement thread registered", "")
    assert python("import sys; sys.exit('a reason')") == (1, "", "a reason\n")
    assert python("import sys; sys.exit(None)") == (0, "", "")
    assert python("import sys; sys.exit(-1)")[0] == 255
    interrupted, _, errors = python("raise KeyboardInterrupt")
    assert interrupted == -signal.SIGINT
    assert errors.startswith('Traceback (most recent call last):\n  File "<ordered>", line 1')
    assert python("import sys; sys.stdout = open('/dev/full', 'w'); print('too much')")[0] == 120


def test_nothing_is_done_for_another_user_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with here, there:
        assert loading.is_ours(here)
        another = os.geteuid() + 1
        monkeypatch.setattr(os, "geteuid", lambda: another)
        assert not loading.is_ours(here)


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
    imported = "from django.conf import settings; from django.apps import apps"
    assert python(f"{imported}; print(settings.configured, apps.ready)")[1] == "False False\n"


_OWN = """
import django
django.setup()
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext
print(settings.TUTELA.organisation, settings.SETTINGS_MODULE, len(apps.app_configs), gettext("Yes"))
print(connection.settings_dict["NAME"], len(connection.introspection.table_names()) > 20)
"""


@pytest.mark.parametrize(("name", "languages", "yes"), [("owner", "en,ka", "Yes"), ("worker", "ka,en", "კი")])
def test_each_node_is_its_own(tmp_path: Path, tables: Path, name: str, languages: str, yes: str) -> None:
    """The rooms are loaded already; settings, applications, tables and language are those of the node."""
    home = tmp_path / "node"
    making.write_node(home, {"organisation": f"Example {name}", "country": "GE", "languages": languages})
    shutil.copy2(tables, home / "tutela.sqlite3")
    code, said, errors = python(_OWN, **serving.environment_of(name, home))
    assert code == 0, errors
    first, second = said.splitlines()
    more = {"owner": 0, "worker": 2}[name]
    assert first == f"Example {name} tutela.config.{name} {len(base.APPS_ALL) + more} {yes}"
    assert str(home / "tutela.sqlite3") in second
    assert second.endswith("True")


_CLOCK = """
import sys, datetime, pathlib
from tutela.testing.chaos import clock
clock.follow(pathlib.Path(sys.argv[1]))
import django
django.setup()
from tutela.apps.accounts import models
print(models.Invitation().made_at - datetime.datetime.now(datetime.UTC) > datetime.timedelta(hours=1))
"""


def test_a_wrong_clock_is_that_of_the_tables_too(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("3700")
    environment = loaded.plain() | {"DJANGO_SETTINGS_MODULE": "tutela.config.testing"}
    done = loaded.run([tmp_path / "clock"], code=_CLOCK, environment=environment)
    assert (done.stdout, done.returncode) == ("True\n", 0), done.stderr


def stays(code: str, *arguments: str, environment: dict[str, str], **files: int) -> loaded.Forked:
    """Start what stays; it says something on its first output."""
    return loaded.Forked(["-c", code, *arguments], loaded.plain() | environment, {1: files["out"]})


def test_what_stays_has_a_session_of_its_own_and_lives_beside_the_next_command(tmp_path: Path) -> None:
    code = "import os, sys, time; print(os.getsid(0), sys.argv[1], os.environ['ONE']); time.sleep(60)"
    with (tmp_path / "out").open("w+") as out:
        one = stays(code, "given", environment={"ONE": "1", "PYTHONUNBUFFERED": "1"}, out=out.fileno())
        wait_for(lambda: (tmp_path / "out").read_text().endswith("\n"))
        assert (tmp_path / "out").read_text() == f"{one.pid} given 1\n"
        assert python("print('here')")[1] == "here\n"
        assert one.poll() is None
        one.terminate()
        assert one.wait(60) == one.poll() == -15


def test_what_stays_outlives_a_command_that_was_ended_and_is_killed_as_any_other(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as out:
        one = stays("import time; time.sleep(60)", environment={}, out=out.fileno())
        ended = stays("import sys; sys.exit(3)", environment={}, out=out.fileno())
    with pytest.raises(TimeoutError):
        loaded.run(code="import time; time.sleep(60)", environment=loaded.plain(), seconds=0.2)
    assert ended.wait(60) == 3
    with pytest.raises(subprocess.TimeoutExpired):
        one.wait(0.1)
    os.kill(one.pid, signal.SIGKILL)
    assert one.wait(60) == -9
    one.terminate()
