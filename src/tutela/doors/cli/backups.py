"""``tutela backup`` and ``tutela restore``: one archive with the database, the configuration, the keys (those
among partners too) and what is known of the directory of partners.

The archive opens everything the node can open. It is written with mode 0600; keep it where the keys may lie.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, load_node, told

VERSION = 1
FOLDER = "backups"
"""In the node's data folder: where an archive goes that is given no other place."""
STAMP = Path("run") / "last-backup.json"
RESTORED = Path("run") / "restored.json"
"""When the node was restored, and from a backup of when: partners know what it does not know any more."""
DIRECTORY = "directory"
"""The pinned root and the last good state of the directory of partners: without it nothing could be refused
as older than what was seen."""


class BadBackup(Exception):  # noqa: N818
    """The archive is damaged, incomplete or not one of ours; the message says which part."""


def write_backup(home: Path, archive: Path) -> dict[str, Any]:
    """Write an archive of the node in ``home`` and return its manifest. Django must be loaded."""
    from django.conf import settings

    from tutela.apps.ledger import queries as ledger

    archive.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as folder:
        work = Path(folder)
        shutil.copy2(home / "node.toml", work / "node.toml")
        # Asked first: reports that arrive meanwhile may be in the copy, but none that is counted may lack.
        sequence, head = ledger.head()
        database = _dump(settings.DATABASES["default"], work)
        # After the database: a key that it names is here, because keys are kept before they are named.
        shutil.copytree(home / "keys", work / "keys")
        _copy_directory(home / DIRECTORY, work / DIRECTORY)
        files = {name: _sha256(work / name) for name in _files(work)}
        manifest = {
            "version": VERSION,
            "made_at": datetime.now(UTC).isoformat(),
            "database": database,
            "ledger_lines_at_least": sequence,
            "ledger_head": head,
            "files": files,
        }
        (work / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        part = archive.with_name(archive.name + ".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
            with tarfile.open(fileobj=handle, mode="w:gz") as tar:
                for name in ["manifest.json", *files]:
                    tar.add(work / name, arcname=name)
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(archive)
    (home / "run").mkdir(mode=0o700, exist_ok=True)
    (home / STAMP).write_text(json.dumps({"made_at": manifest["made_at"]}), encoding="utf-8")
    return manifest


def _copy_directory(folder: Path, target: Path) -> None:
    """Copy what lies there while the worker may be taking a newer state."""

    def copy(source: str, to: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            shutil.copy2(source, to)

    if folder.is_dir():
        shutil.copytree(folder, target, ignore=shutil.ignore_patterns("*.new"), copy_function=copy)


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _dump(database: dict[str, Any], work: Path) -> str:
    from django.db import connection

    if connection.vendor == "sqlite":
        with sqlite3.connect(f"file:{database['NAME']}?mode=ro", uri=True) as source:
            with sqlite3.connect(work / "database.sqlite3") as target:
                source.backup(target)
            target.close()
        source.close()
        return "sqlite"
    _postgres(["pg_dump", "--format=custom", "--no-owner", "--file", str(work / "database.dump")], database)
    return "postgresql"


def _postgres(command: list[str], database: dict[str, Any]) -> None:
    from tutela.config.node import BadConfiguration

    environment = {
        **os.environ,
        "PGDATABASE": database["NAME"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
    }
    program = shutil.which(command[0])
    if program is None:
        raise BadConfiguration(
            f"{command[0]} is needed; install it with: sudo apt-get install postgresql-client"
        )
    done = subprocess.run(
        [program, *command[1:]], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BadConfiguration(f"{command[0]} failed: {done.stderr.strip()[-500:]}")


def _extract(tar: tarfile.TarFile, target: Path) -> None:
    """Write plain files and folders below ``target``, and refuse an archive that holds anything else.

    tarfile's own filter came with Python 3.11.4; Debian 12 has 3.11.2.
    """
    for member in tar:
        path = (target / member.name).resolve()
        if not path.is_relative_to(target) or not (member.isfile() or member.isdir()):
            raise tarfile.ExtractError(member.name)
        if member.isdir():
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        source = tar.extractfile(member)
        assert source is not None
        with source, os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
            shutil.copyfileobj(source, sink)
        path.chmod(member.mode & 0o755 | 0o600)


def unpack(archive: Path, target: Path) -> dict[str, Any]:
    """Unpack ``archive`` into ``target`` and check each file against the manifest.

    Raises:
        BadBackup: not an archive of ours, cut short, or a file in it was changed.
    """
    try:
        with tarfile.open(archive, "r:gz") as tar:
            _extract(tar, target.resolve())
        manifest: dict[str, Any] = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, tarfile.TarError, EOFError, ValueError) as error:
        raise BadBackup(f"{archive} cannot be read: {type(error).__name__}") from error
    if manifest.get("version") != VERSION:
        raise BadBackup(f"{archive} has version {manifest.get('version')!r}; this release reads {VERSION}")
    for name, digest in manifest["files"].items():
        path = target / name
        if not path.is_file() or _sha256(path) != digest:
            raise BadBackup(f"{name} in {archive} is missing or was changed")
    extra = set(_files(target)) - set(manifest["files"]) - {"manifest.json"}
    if extra:
        raise BadBackup(f"{archive} holds files that its manifest does not name")
    return manifest


@told
def backup(
    archive: Annotated[
        Path | None, typer.Argument(help="File to write; a dated one in the node's backups folder.")
    ] = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """Write database, configuration and keys into one archive (mode 0600)."""
    load_node(home)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = archive or home / FOLDER / f"tutela-{stamp}.tar.gz"
    if target.exists():
        raise fail(f"{target} exists; choose another name, nothing was written")
    manifest = write_backup(home.resolve(), target)
    typer.echo(f"{target}: {target.stat().st_size} bytes, ledger head {manifest['ledger_head'][:16]}…")
    typer.echo("It holds the node's keys: keep it on an encrypted disk, away from this machine.")


@told
def restore(
    archive: Annotated[Path, typer.Argument(help="The archive to read.", exists=True, dir_okay=False)],
    home: Home = DEFAULT_HOME,
    verify: Annotated[bool, typer.Option("--verify", help="Only prove that it can be restored.")] = False,
) -> None:
    """Make a node from an archive in an empty folder; with --verify prove it and keep nothing."""
    try:
        if verify:
            with tempfile.TemporaryDirectory() as folder:
                manifest = unpack(archive, Path(folder))
                typer.echo(_proof(manifest, Path(folder)))
            return
        if home.exists() and any(home.iterdir()):
            raise fail(f"{home} is not empty; restore into an empty --home, nothing was changed")
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
        try:
            manifest = unpack(archive, home)
            _put_database(manifest, home)
            proof = _proof(manifest, home)
        except BaseException:
            # Half a node would be in the way of the next try.
            shutil.rmtree(home)
            raise
        _stamp_restored(home, manifest)
        typer.echo(proof)
        if (home / "keys" / "exchange").is_dir():
            typer.echo("Its partners know more than it does: docs/guides/exchange.md, After a restore.")
        typer.echo(f"Restored into {home}. Next: tutela doctor --home {home}")
    except BadBackup as error:
        raise fail(str(error)) from error


def _stamp_restored(home: Path, manifest: dict[str, Any]) -> None:
    stamp = {"made_at": manifest["made_at"], "restored_at": datetime.now(UTC).isoformat()}
    (home / RESTORED).write_text(json.dumps(stamp), encoding="utf-8")


def _put_database(manifest: dict[str, Any], home: Path) -> None:
    (home / "manifest.json").unlink()
    for name in ("run", "cache", "static"):
        (home / name).mkdir(mode=0o700, exist_ok=True)
    if manifest["database"] == "sqlite":
        (home / "database.sqlite3").rename(home / "tutela.sqlite3")
        return
    load_node(home)
    from django.conf import settings

    _postgres(
        ["pg_restore", "--no-owner", "--exit-on-error", "--dbname", settings.DATABASES["default"]["NAME"],
         str(home / "database.dump")],
        settings.DATABASES["default"],
    )  # fmt: skip
    (home / "database.dump").unlink()


def _proof(manifest: dict[str, Any], folder: Path) -> str:
    """Open what was unpacked and check it as far as this machine can; return one line that says how far."""
    if manifest["database"] != "sqlite":
        dump = folder / "database.dump"
        if dump.exists():
            _postgres(
                ["pg_restore", "--list", str(dump)],
                {"NAME": "", "USER": "", "PASSWORD": "", "HOST": "", "PORT": ""},
            )
        return "The archive is whole and its PostgreSQL dump can be read. Ledger: verify after restoring."
    name = next(path for path in (folder / "database.sqlite3", folder / "tutela.sqlite3") if path.exists())
    connection = sqlite3.connect(f"file:{name}?mode=ro", uri=True)
    try:
        intact = connection.execute("PRAGMA integrity_check").fetchone()[0]
        head = connection.execute("SELECT sequence, digest FROM ledger_head").fetchone() or (0, bytes(32))
        at_least = manifest["ledger_lines_at_least"]
        line = connection.execute("SELECT digest FROM ledger_line WHERE sequence = ?", (at_least,)).fetchone()
    finally:
        connection.close()
    if intact != "ok" or (at_least and (line is None or bytes(line[0]).hex() != manifest["ledger_head"])):
        raise BadBackup("the database in the archive is damaged")
    return f"The archive is whole: database intact, {head[0]} ledger lines, head {bytes(head[1]).hex()[:16]}…"
