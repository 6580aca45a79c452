"""Object stores through fsspec (``s3://…``): listed page by page, small objects fetched many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any, cast

from tutela.doors.cli.scan.places import Passed, Place, Unreadable, unlisted

SMALL = 16 * 1024 * 1024
"""Objects up to this size are fetched whole and together; larger ones stream through."""

BLOCK = 8 * 1024 * 1024


def module_of(root: str) -> str:
    """Return the name of the module that speaks with the store at ``root``; it is loaded to be asked."""
    import fsspec

    module: str = fsspec.get_filesystem_class(fsspec.utils.get_protocol(root)).__module__
    return module


class CannotList(Exception):  # noqa: N818
    """The store cannot be reached, or refuses; the message is the store's."""


class Store:
    """One bucket, one folder in it, or one object."""

    def __init__(self, root: str, options: Mapping[str, Any]) -> None:
        """Open ``root``, an address such as ``s3://bucket/folder``.

        Raises:
            CannotList: no such kind of store, or the package for it is not installed.
        """
        import fsspec

        try:
            self._system, path = fsspec.core.url_to_fs(root, **options)
        except (ImportError, ValueError) as error:
            raise CannotList(str(error)) from error
        self.root = root
        self._path = str(path).rstrip("/")
        self._scheme = root.partition("://")[0]

    def shown(self, name: str) -> str:
        """Return the address of the object ``name``."""
        return f"{self._scheme}://{self._path}/{name}" if name else f"{self._scheme}://{self._path}"

    def _inside(self, name: str) -> str:
        return f"{self._path}/{name}" if name else self._path

    def walk(
        self, number: int, *, excluded: Callable[[str], bool], unreadable: Unreadable, passed: Passed
    ) -> Iterator[Place]:
        """Yield every object; a listing that breaks off is named, as what it did not show was not read."""
        try:
            for name, info in self._objects():
                if name.endswith("/"):
                    passed.not_files += 1
                elif excluded(name):
                    passed.excluded += 1
                else:
                    yield Place(number, name, int(info.get("size") or 0), _version(info))
        except Exception:  # each store has errors of its own
            unreadable(unlisted(number, ""), "listing_failed")

    def probe(self) -> None:
        """Ask for the first object, so that a wrong name or key is told before anything starts.

        Raises:
            CannotList: nothing can be listed there; the message says why.
        """
        try:
            next(self._objects(), None)
        except Exception as error:
            raise CannotList(f"{type(error).__name__}: {error}") from error

    def _objects(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        if hasattr(self._system, "call_s3"):
            yield from self._s3_objects()
            return
        if self._path and self._system.isfile(self._path):
            yield "", self._system.info(self._path)
            return
        for _, _, files in self._system.walk(self._path, detail=True, on_error="raise"):
            for info in files.values():
                yield str(info["name"]).removeprefix(self._path).lstrip("/"), info

    def _s3_objects(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """List by pages of the store's own, for a bucket of millions of objects is one flat folder."""
        bucket, _, key = self._path.partition("/")
        folder = f"{key}/" if key else ""
        ask = {"Bucket": bucket, "Prefix": folder}
        empty = True
        while True:
            page = self._system.call_s3("list_objects_v2", **ask)
            for one in page.get("Contents", []):
                empty = False
                yield one["Key"].removeprefix(folder), {"size": one["Size"], "ETag": one["ETag"]}
            if not page.get("IsTruncated"):
                break
            ask["ContinuationToken"] = page["NextContinuationToken"]
        if empty and key:
            yield "", self._system.info(self._path)

    def fetch(self, names: Sequence[str]) -> list[bytes | Exception]:
        """Return the bytes of small objects, in order; an exception stands for one that cannot be read."""
        inside = [self._inside(name) for name in names]
        return cast(
            list[bytes | Exception],
            self._system.cat_ranges(inside, [0] * len(inside), [None] * len(inside), on_error="return"),
        )

    def open(self, name: str) -> IO[bytes]:
        """Open a large object to be read from its beginning to its end."""
        return cast(
            IO[bytes],
            self._system.open(self._inside(name), "rb", block_size=BLOCK, cache_type="readahead"),
        )


def _version(info: Mapping[str, Any]) -> str:
    for name in ("ETag", "etag", "md5Hash", "mtime", "LastModified", "last_modified", "created"):
        if info.get(name):
            return str(info[name]).strip('"')
    return ""
