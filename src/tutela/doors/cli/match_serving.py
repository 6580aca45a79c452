"""``tutela match serve``: the match service, its workers and what looks after them."""

from __future__ import annotations

import contextlib
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tutela.doors.cli.node_setup import fail
from tutela.doors.cli.serving import Child, check_port, environment_of

if TYPE_CHECKING:
    from tutela.doors.wire.settings import WireSettings

State = Annotated[
    Path,
    typer.Option("--state", envvar="TUTELA_MATCH_STATE", help="The service's own folder.", show_default=True),
]
DEFAULT_STATE = Path("match-service")
_MEBIBYTE = 1024 * 1024


@contextlib.contextmanager
def installed() -> Iterator[None]:
    """Say in one line what to install, when an import inside needs what is not there."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("tutela"):
            raise
        wanted = "the match service is not installed"
        raise fail(f"{wanted} ({error.name} is missing); use: pip install 'tutela[wire]'") from error


def serve(
    index: Annotated[Path, typer.Argument(help="The index folder.", envvar="TUTELA_MATCH_INDEX")],
    state: State = DEFAULT_STATE,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8010,
    workers: Annotated[
        int, typer.Option(help="Processes that answer; they share the index in memory.", min=1, max=32)
    ] = 1,
    certificate: Annotated[Path | None, typer.Option(help="Certificate for HTTPS (PEM).")] = None,
    certificate_key: Annotated[Path | None, typer.Option(help="Its key (PEM).")] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A reverse proxy in front of it speaks HTTPS.")
    ] = False,
    new: Annotated[bool, typer.Option("--new", help="Make an empty index if there is none.")] = False,
    accept_files: Annotated[
        bool,
        typer.Option(
            "--accept-files", help="Take files and fingerprint them in memory, where they lie anyway."
        ),
    ] = False,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="HOST or HOST:PORT that files may be fetched from; may be given several times."),
    ] = None,
    most_file: Annotated[int, typer.Option(help="Longest file, in MiB.", min=1, max=4096)] = 64,
    flood_least: Annotated[
        int, typer.Option(help="Matches an hour from which an entry can be a flood; 0 for never.", min=0)
    ] = 1000,
    flood_factor: Annotated[
        float, typer.Option(help="How many times its usual an entry has to match to be a flood.", min=1)
    ] = 20.0,
) -> None:
    """Answer lookups over HTTP. Needs neither a node nor Django. Keys are made by tutela match key add."""
    _check_listen(host, behind_proxy or certificate is not None)
    if (certificate is None) != (certificate_key is None):
        raise fail("give --certificate and --certificate-key together")
    with installed():
        from tutela.doors.wire.settings import WireSettings, keys_file, make_state, metrics_folder
    settings = WireSettings(
        index=index.resolve(),
        state=state.resolve(),
        workers=workers,
        accept_files=accept_files,
        allowed_hosts=tuple(one.lower() for one in allow_host or ()),
        most_file_bytes=most_file * _MEBIBYTE,
        flood_least=flood_least,
        flood_factor=flood_factor,
    )
    check_port("the match service", host, port)
    make_state(settings.state)
    shutil.rmtree(metrics_folder(settings.state), ignore_errors=True)
    metrics_folder(settings.state).mkdir(mode=0o700)
    _prepare(settings, new)
    if not keys_file(settings.state).exists():
        typer.echo(f"tutela: no key yet; make one with: tutela match key add NAME --state {state}", err=True)
    command = _command(host, port, workers)
    if certificate and certificate_key:
        command += ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(certificate_key)]
    typer.echo(f"tutela: match    {'https' if certificate else 'http'}://{host}:{port}/")
    _supervise(settings, Child("match service", command, _environment(settings)))


def _prepare(settings: WireSettings, new: bool) -> None:
    """Compile the search once for all workers, and look at the index before anybody is answered."""
    from tutela.core.matching import index
    from tutela.core.matching.errors import IndexBroken, NoIndex

    try:
        with index.open_index(settings.index, watch=False) as now:
            held = sum(now.status().fingerprints.values())
        typer.echo(f"tutela: index    {held:,} fingerprints")
    except NoIndex:
        if new:
            index.build(settings.index, (), ())
        else:
            typer.echo(
                f"tutela: there is no index in {settings.index} yet; lookups answer 503 until there is",
                err=True,
            )
    except IndexBroken as error:
        raise fail(f"the index in {settings.index} is broken ({error.reason})") from error
    index.warm_up()


def _command(host: str, port: int, workers: int) -> list[str]:
    return [
        sys.executable, "-m", "tutela.doors.wire", "tutela.doors.wire.app:application", "--factory",
        "--interface", "asgi", "--http", "1", "--no-ws", "--log-level", "warning",
        "--host", host, "--port", str(port), "--workers", str(workers), "--runtime-mode", "st",
        "--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "10",
        "--http1-header-read-timeout", "15000", "--backlog", "2048",
    ]  # fmt: skip


def _environment(settings: WireSettings) -> dict[str, str]:
    from tutela.doors.wire.settings import VARIABLE, metrics_folder

    kept = environment_of("match", settings.state)
    for name in ("DJANGO_SETTINGS_MODULE", "TUTELA_HOME"):
        del kept[name]
    return kept | {
        VARIABLE: settings.to_text(),
        "PROMETHEUS_MULTIPROC_DIR": str(metrics_folder(settings.state)),
    }


def _supervise(settings: WireSettings, child: Child) -> None:
    """Run the server until SIGTERM or SIGINT, starting it again when it ends, and keep the index merged."""
    from tutela.doors.wire import keeping

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    keeper = threading.Thread(target=keeping.keep, args=(settings.index, ended), name="keeping", daemon=True)
    keeper.start()
    while not ended.wait(0.2):
        child.tend()
    child.stop(signal.SIGTERM)
    deadline = time.monotonic() + 20
    while child.process is not None and child.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    child.sweep()


def _check_listen(host: str, safe: bool) -> None:
    """Refuse to send keys and fingerprints over a network in the clear."""
    try:
        loopback = ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback and not safe:
        raise fail(
            f"the service would listen on {host} without HTTPS; give --certificate and --certificate-key, "
            f"or --behind-proxy if a proxy in front of it speaks HTTPS"
        )
