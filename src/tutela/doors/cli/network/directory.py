"""The signed directory of the demonstration: two keepers sign it, any web server serves it."""

from __future__ import annotations

import contextlib
import functools
import io
import threading
from collections.abc import Iterable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tutela.doors.cli.stage import free_port


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep the terminal for the story."""


class DirectoryHost:
    """Serves what is published in ``folder`` on the loopback, once it was started."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        handler = functools.partial(_Files, directory=str(folder / "published"))
        self._server = ThreadingHTTPServer(("127.0.0.1", free_port(port)), handler)
        self._server.daemon_threads = True
        self._serves = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._serves = True

    def stop(self) -> None:
        if self._serves:  # what never began is waited for without end
            self._server.shutdown()
        self._server.server_close()

    def publish(self, descriptions: Iterable[tuple[Path, str]]) -> str:
        """Hold the keepers' ceremony with the commands that they type; returns the words of the root.

        Args:
            descriptions: what each node says of itself (a file), and where it is reached on this machine.
        """
        from tutela.core.directory import metadata
        from tutela.doors.cli import directory
        from tutela.doors.cli.directory_folder import Folder

        keys = [self.folder / name for name in ("first-keeper", "second-keeper", "online")]
        public = [one.with_name(one.name + ".pub") for one in keys]
        with contextlib.redirect_stdout(io.StringIO()):
            for one in keys:
                directory.key(one, plain=True)
            directory.init(self.folder, keeper=public[:2], online=public[2], threshold=2)
            for described, url in descriptions:
                directory.add(self.folder, described, url=url, yes=True)
            for one in keys[:2]:
                directory.sign(self.folder, key_file=one, yes=True)
            directory.publish(self.folder, key_file=keys[2])
        root = Folder(self.folder).root()
        if root is None:
            raise RuntimeError(f"{self.folder}: the directory was not published")
        return metadata.words(root)

    def follow(self, home: Path, words: str) -> None:
        """Let the node in ``home`` believe this directory: its root has the words that were read to it."""
        from tutela.doors.cli import directory

        root = self.folder / "published" / "metadata" / "1.root.json"
        with contextlib.redirect_stdout(io.StringIO()):
            directory.follow(self.url, root=root, home=home, words=words)
