"""HMA (hasher-matcher-actioner) as a server that can be started with a number of hashes and asked.

It is no part of this tree: a folder is named, the ``hasher-matcher-actioner`` of a checkout of
facebook/ThreatExchange, with its dependencies and gunicorn in ``venv`` inside it. Written for, and measured
with, the state of July 2026 and threatexchange 1.2.17 on Python 3.11.

It runs as its own Dockerfile runs it, under gunicorn, on a PostgreSQL of its own. What differs is in its
favour:

- as many workers as we have, with threads, so that connections stay open (its image has one worker without);
- its tables are filled by COPY, and its index is built once, before anything is measured;
- nothing is logged, no task fetches or builds beside the measuring.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tutela.doors.cli.stage import free_port
from tutela.testing.postgres import Cluster

CONFIG = """
import logging
from threatexchange.content_type.photo import PhotoContent
from threatexchange.content_type.video import VideoContent
from threatexchange.signal_type.md5 import VideoMD5Signal
from threatexchange.signal_type.pdq.signal import PdqSignal
from OpenMediaMatch.storage.postgres.impl import DefaultOMMStore
DATABASE_URI = {uri!r}
PRODUCTION = True
ROLE_HASHER = ROLE_MATCHER = ROLE_CURATOR = True
TASK_FETCHER = TASK_INDEXER = False
TASK_INDEX_CACHE = {cached}
INDEX_CACHE_MAX_STALE_SEC = 0
STORAGE_IFACE_INSTANCE = DefaultOMMStore(
    signal_types=[PdqSignal, VideoMD5Signal], content_types=[PhotoContent, VideoContent], exchange_types=[])
logging.getLogger().setLevel(logging.ERROR)
"""

FILL = """
import io, sys
from OpenMediaMatch.app import create_app
from OpenMediaMatch.background_tasks.build_index import build_all_indices
from OpenMediaMatch.persistence import get_storage
from OpenMediaMatch.storage.postgres import database
app = create_app()
with app.app_context():
    database.db.create_all()
    connection = database.db.engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute("INSERT INTO bank (id, name, enabled_ratio) VALUES (1, 'BENCH', 1.0)")
    hashes = open(sys.argv[1]).read().split()
    rows = "".join(f"{n}\\t1\\t1\\t{{}}\\n" for n in range(1, len(hashes) + 1))
    columns = "(id, bank_id, disable_until_ts, bank_content_metadata)"
    cursor.copy_expert(f"COPY bank_content {columns} FROM STDIN", io.StringIO(rows))
    rows = "".join(f"{n}\\tpdq\\t{h}\\t2026-01-01\\n" for n, h in enumerate(hashes, 1))
    columns = "(content_id, signal_type, signal_val, create_time)"
    cursor.copy_expert(f"COPY content_signal {columns} FROM STDIN", io.StringIO(rows))
    connection.commit()
    cursor.execute("ANALYZE")
    connection.commit()
    storage = get_storage()
    build_all_indices(storage, storage, storage)
"""


@dataclass(frozen=True)
class Running:
    """A peer that answers."""

    port: int
    process: int
    seconds_to_fill: float


@contextmanager
def running(checkout: Path, hashes: Sequence[str], workers: int) -> Iterator[Running]:
    """Run HMA with ``hashes`` (PDQ in hexadecimal) in one bank."""
    python = checkout / "venv" / "bin" / "python"
    with tempfile.TemporaryDirectory(prefix="tutela-hma-") as home, Cluster() as cluster:
        folder = Path(home)
        (folder / "hashes").write_text("\n".join(hashes))
        uri = f"postgresql+psycopg2://postgres@/postgres?host={cluster.folder}"
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(checkout / "src"), "HOME": home}
        began = time.monotonic()
        told = _config(folder / "fill.py", uri, cached=False)
        subprocess.run([python, "-c", FILL, folder / "hashes"], env=environment | told, check=True)
        filled = time.monotonic() - began
        port = free_port(0)
        process = subprocess.Popen(
            [python, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers),
             "--worker-class", "gthread", "--threads", "16", "--timeout", "300", "--log-level", "error",
             "OpenMediaMatch.app:create_app()"],
            env=environment | _config(folder / "serve.py", uri, cached=True),
            cwd=home,
        )  # fmt: skip
        try:
            _wait(port, workers)
            yield Running(port, process.pid, filled)
        finally:
            process.terminate()
            process.wait(60)


def version(checkout: Path) -> str:
    """Return the version that the checkout says it has."""
    return (checkout / "version.txt").read_text().strip()


def _config(path: Path, uri: str, *, cached: bool) -> dict[str, str]:
    path.write_text(CONFIG.format(uri=uri, cached=cached))
    return {"OMM_CONFIG": str(path)}


def _wait(port: int, workers: int) -> None:
    """Wait until each worker has its index: any of them may answer, so many answers in a row must be good."""
    deadline, good = time.monotonic() + 300, 0
    while good < 20 * workers:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=60) as answer:
                good = good + 1 if answer.status == 200 else 0
        except OSError:
            good = 0
            time.sleep(0.2)
        if time.monotonic() > deadline:
            raise RuntimeError("the peer did not get ready")
