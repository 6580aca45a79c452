"""Every installed format passes the shipped kit, and the kit can tell a format that should not pass."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import tutela.formats
from tutela.core.record.received import ReceivedNotice
from tutela.formats.errors import CannotRead
from tutela.formats.registry import Format, Manifest, NoSuchFormat, format_named, formats
from tutela.testing import formats as kit

FORMATS = formats()


def test_every_folder_of_formats_is_registered() -> None:
    folder = Path(tutela.formats.__file__).parent
    folders = {path.parent.name for path in folder.glob("*/__init__.py")}
    assert folders == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_registered_under_its_own_name(name: str) -> None:
    assert format_named(name).manifest.name == name


def test_a_format_that_is_not_there_is_named() -> None:
    with pytest.raises(NoSuchFormat, match="papyrus"):
        format_named("papyrus")


@pytest.mark.parametrize("check", kit.CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", FORMATS)
def test_a_format_keeps_the_promises_of_the_kit(name: str, check: Callable[[Format], None]) -> None:
    check(FORMATS[name])


class _Careless(Format):
    """XARF's samples, read by somebody who lets everything in."""

    def read(self, data: bytes) -> ReceivedNotice:
        try:
            return super().read(data)  # type: ignore[no-any-return]
        except CannotRead as refusal:
            if refusal.reason in ("not_json", "evidence_with_media"):
                raise RuntimeError(refusal.reason) from refusal
            raise

    def write(self, record: object) -> bytes:
        return b"\xff\xd8\xff" + super().write(record)


@pytest.fixture
def careless() -> Format:
    return _Careless(FORMATS["xarf"].manifest, FORMATS["xarf"].package)


def test_the_kit_finds_a_reader_that_breaks_on_hostile_bytes(careless: Format) -> None:
    with pytest.raises(RuntimeError):
        kit.check_hostile_bytes(careless)
    with pytest.raises(RuntimeError):
        kit.check_refused_samples(careless)


def test_the_kit_finds_a_writer_that_adds_to_its_samples(careless: Format) -> None:
    with pytest.raises(AssertionError):
        kit.check_write_samples(careless)


def test_the_kit_finds_a_manifest_that_promises_too_little() -> None:
    manifest = FORMATS["xarf"].manifest
    silent = Manifest("xarf", manifest.title, manifest.media_type, ("json",), reads=None, writes=None)
    with pytest.raises(AssertionError, match="neither reads nor writes"):
        kit.check_anatomy(Format(silent, FORMATS["xarf"].package))


def test_a_record_with_room_for_media_is_not_content_free() -> None:
    assert kit.record_is_content_free(ReceivedNotice)
    assert not kit.record_is_content_free(tuple[str, bytes])
    assert not kit.record_is_content_free(tuple[tuple[str, bytes | None], ...])
