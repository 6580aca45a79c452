"""A request as WSGI has it (PEP 3333), from a request as the server's event loop has it (ASGI).

Strict, because the doors decide by it who somebody is: a name with an underscore could pose as one with a
hyphen and is dropped, what came twice is joined as HTTP says (a second Host is then refused by Django), and
a value with anything but printable ASCII is empty.
"""

from __future__ import annotations

import io
import sys
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from tutela.config.bodies import Refused

Environ = dict[str, Any]

_OF_THE_SERVER: Environ = {
    "SCRIPT_NAME": "",
    "GATEWAY_INTERFACE": "CGI/1.1",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}
_CARRIED_APART = {"HTTP_CONTENT_TYPE": "CONTENT_TYPE", "HTTP_CONTENT_LENGTH": "CONTENT_LENGTH"}


def environ_of(scope: dict[str, Any], body: bytes | Refused) -> Environ:
    """Return the WSGI environment of a request whose body has arrived, or was refused."""
    environ = {
        **_OF_THE_SERVER,
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body if isinstance(body, Refused) else io.BytesIO(body),
    }
    _add_headers(environ, scope["headers"])
    if isinstance(body, Refused):
        # There must seem to be something to read.
        environ["CONTENT_LENGTH"] = "1"
    return environ


def _add_headers(environ: Environ, headers: list[tuple[bytes, bytes]]) -> None:
    for name, raw in headers:
        key = _key_of(name)
        if not key:
            continue
        value = raw.decode("ascii") if raw.isascii() else ""
        if key not in environ:
            environ[key] = value
        elif key == "HTTP_COOKIE":
            environ[key] += f";{value}"
        elif key.startswith("HTTP_"):
            environ[key] += f",{value}"


@lru_cache(maxsize=256)
def _key_of(name: bytes) -> str:
    if b"_" in name:
        return ""
    key = f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"
    return _CARRIED_APART.get(key, key)
