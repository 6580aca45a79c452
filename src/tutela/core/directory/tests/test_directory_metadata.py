"""Keepers sign together: what each file lacks, what nobody can do alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tuf.api.metadata import Metadata, Root, Targets

from tutela.core.directory import metadata, standing
from tutela.core.directory.errors import (
    BrokenMetadata,
    DirectoryRefusal,
    Expired,
    Frozen,
    Mixed,
    NotAKeeper,
    ThresholdNotMet,
    TooFewKeepers,
    WrongTarget,
)
from tutela.core.directory.metadata import Part
from tutela.core.envelope import node_keys
from tutela.testing.directories import KEEPERS, ONLINE, Directory, entry

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
PUBLIC = [one.public for one in KEEPERS]
STRANGER = node_keys.from_seed(bytes([99]) * 32)


@pytest.fixture(scope="module")
def published() -> Directory:
    made = Directory(NOW)
    made.put(entry("hotline.ge", at=NOW), entry("hotline.nl", at=NOW))
    return made


def test_a_directory_says_who_is_in_it_and_until_when(published: Directory) -> None:
    found = standing.read_published(published.files.get, now=NOW)
    assert [one.node for one in found.entries] == ["hotline.ge", "hotline.nl"]
    assert found.good_until == (NOW + timedelta(days=7)).replace(microsecond=0)
    assert found.targets.version == 2


def test_what_ended_is_named(published: Directory) -> None:
    with pytest.raises(Frozen):
        standing.read_published(published.files.get, now=NOW + timedelta(days=8))
    with pytest.raises(Expired):
        standing.read_published(published.files.get, now=NOW + timedelta(days=181))


def test_one_keeper_alone_changes_nothing() -> None:
    root = metadata.make_root(PUBLIC, threshold=2, online=ONLINE.public, now=NOW)
    among = metadata.keepers_of(root.signed)
    metadata.sign(root, KEEPERS[0], among=list(among))
    metadata.sign(root, KEEPERS[0], among=list(among))
    found = standing.standing_of_root(root, None)
    assert (found.signed, found.missing) == ((KEEPERS[0].public.key_id,), 1)
    with pytest.raises(ThresholdNotMet):
        found.require()
    metadata.sign(root, KEEPERS[2], among=list(among))
    standing.standing_of_root(root, None).require()


def test_a_stranger_signs_nothing() -> None:
    root = metadata.make_root(PUBLIC, threshold=2, online=ONLINE.public, now=NOW)
    with pytest.raises(NotAKeeper):
        metadata.sign(root, STRANGER, among=list(metadata.keepers_of(root.signed)))


def test_new_keepers_need_those_before_them() -> None:
    first = metadata.make_root(PUBLIC, threshold=2, online=ONLINE.public, now=NOW).signed
    others = [STRANGER.public, PUBLIC[0]]
    second = metadata.make_root(others, threshold=2, online=ONLINE.public, now=NOW, before=first)
    both = [*metadata.keepers_of(first), *metadata.keepers_of(second.signed)]
    for keys in (STRANGER, KEEPERS[0]):
        metadata.sign(second, keys, among=both)
    assert standing.standing_of_root(second, first).missing == 1
    metadata.sign(second, KEEPERS[1], among=both)
    standing.standing_of_root(second, first).require()
    with pytest.raises(BrokenMetadata):
        standing.standing_of_root(metadata.make_root(PUBLIC, threshold=1, online=ONLINE.public, now=NOW),
                                  second.signed)  # fmt: skip


@pytest.mark.parametrize("threshold", [0, 4])
def test_a_threshold_that_nobody_can_meet_is_refused(threshold: int) -> None:
    with pytest.raises(TooFewKeepers):
        metadata.make_root(PUBLIC, threshold=threshold, online=ONLINE.public, now=NOW)


def test_the_online_key_is_no_keeper() -> None:
    with pytest.raises(TooFewKeepers):
        metadata.make_root(PUBLIC, threshold=2, online=PUBLIC[0], now=NOW)


def test_signatures_of_two_machines_come_together() -> None:
    data = metadata.make_root(PUBLIC, threshold=2, online=ONLINE.public, now=NOW).to_bytes()
    here, there = metadata.read(data, Root), metadata.read(data, Root)
    among = list(metadata.keepers_of(here.signed))
    metadata.sign(here, KEEPERS[0], among=among)
    metadata.sign(there, KEEPERS[1], among=among)
    assert metadata.words(here) == metadata.words(there)
    assert metadata.take_signatures(here, there) == 1
    standing.standing_of_root(here, None).require()
    other = metadata.make_root(PUBLIC, threshold=1, online=ONLINE.public, now=NOW)
    with pytest.raises(Mixed):
        metadata.take_signatures(here, other)


@pytest.mark.parametrize("at", [0, 64 * 2 + 4])
def test_both_signatures_of_a_keeper_must_hold(at: int) -> None:
    targets = metadata.make_targets({}, now=NOW)
    root = metadata.make_root(PUBLIC, threshold=1, online=ONLINE.public, now=NOW).signed
    metadata.sign(targets, KEEPERS[0], among=list(metadata.keepers_of(root)))
    signature = targets.signatures[KEEPERS[0].public.key_id]
    flipped = "1" if signature.signature[at] == "0" else "0"
    signature.signature = signature.signature[:at] + flipped + signature.signature[at + 1 :]
    assert standing.standing_of(targets, Part.TARGETS, root).missing == 1


def test_one_key_under_two_ids_does_not_count_twice() -> None:
    root = metadata.make_root(PUBLIC, threshold=2, online=ONLINE.public, now=NOW).to_dict()
    key_id = KEEPERS[0].public.key_id
    other = "0" * 32
    root["signed"]["keys"][other] = root["signed"]["keys"][key_id]
    root["signed"]["roles"]["root"]["keyids"].append(other)
    with pytest.raises(BrokenMetadata):
        metadata.read(json.dumps(root).encode(), Root)


def test_a_key_of_another_kind_is_no_keeper() -> None:
    root = metadata.make_root(PUBLIC, threshold=2, online=ONLINE.public, now=NOW).to_dict()
    root["signed"]["keys"]["1" * 32] = {
        "keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": "00" * 32}
    }  # fmt: skip
    with pytest.raises(BrokenMetadata):
        metadata.read(json.dumps(root).encode(), Root)


def test_an_entry_that_was_not_signed_for_is_the_wrong_target(published: Directory) -> None:
    path = next(name for name in published.files if name.endswith("hotline.nl.json"))
    for data in (None, published.files[path].replace(b"Example", b"Exemple")):
        files = {name: one for name, one in published.files.items() if name != path}
        if data is not None:
            files[path] = data
        with pytest.raises(WrongTarget):
            standing.read_published(files.get, now=NOW)


def test_files_of_two_states_do_not_go_together(published: Directory) -> None:
    files = published.files | {"metadata/2.targets.json": published.files["metadata/1.targets.json"]}
    with pytest.raises(Mixed):
        standing.read_published(files.get, now=NOW)


def test_a_missing_file_is_named(published: Directory) -> None:
    for name in ("1.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json"):
        files = {path: data for path, data in published.files.items() if path != f"metadata/{name}"}
        with pytest.raises(BrokenMetadata):
            standing.read_published(files.get, now=NOW)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=100) | st.integers(0, 10**6).flatmap(lambda at: st.tuples(st.just(at), st.binary()))
)
def test_any_bytes_are_a_root_or_a_named_refusal(
    published: Directory, data: bytes | tuple[int, bytes]
) -> None:
    if isinstance(data, tuple):
        at, put = data[0] % len(published.pinned), data[1]
        data = published.pinned[:at] + put + published.pinned[at + len(put) :]
    try:
        found = metadata.read(data, Root)
        standing.standing_of_root(found, None).require()
    except DirectoryRefusal:
        return
    assert found.signed_bytes == metadata.read(published.pinned, Root).signed_bytes


def test_targets_are_no_root() -> None:
    with pytest.raises(BrokenMetadata):
        metadata.read(metadata.make_targets({}, now=NOW).to_bytes(), Root)
    assert isinstance(metadata.read(metadata.make_targets({}, now=NOW).to_bytes(), Targets), Metadata)
