"""Promises about whom this node believes: nobody by their own word, and nobody longer than said."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.errors import (
    NotAPartner,
    PartnerKnown,
    PartnerUnknown,
    StaleDirectory,
    WordsDiffer,
)
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.exchange.rules import DirectoryEntry
from tutela.core.envelope import rotations
from tutela.core.envelope.errors import PassphraseNeeded, WrongPassphrase
from tutela.core.envelope.trust import Trust
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotPermitted
from tutela.testing import people
from tutela.testing.partners import PartnerInMemory, deliver, hear, keys_of_a_partner, our_key

pytestmark = pytest.mark.django_db


def entry(partner: PartnerInMemory, *keys: Any, **more: Any) -> DirectoryEntry:
    said = partner.description()
    named = tuple((one.public.raw, clock.now() - timedelta(days=9), None, None) for one in keys) or said.keys
    facts: dict[str, Any] = {
        "node": said.node, "organisation": said.organisation, "role": said.role, "country": said.country,
        "url": said.url, "relay": said.relay, "status": "active", "keys": named,
    }  # fmt: skip
    return DirectoryEntry(**(facts | more))


def test_a_partner_is_believed_when_its_words_were_compared(stranger: PartnerInMemory, ring: Keyring) -> None:
    added = exchange.add_partner(description=stranger.description())
    assert hear(ring, stranger.write("ping", {})) == ["unknown_sender"]
    with pytest.raises(WordsDiffer):
        exchange.pin_partner(partner=stranger.name, words=keys_of_a_partner().public.words)
    assert hear(ring, stranger.write("ping", {})) == ["unknown_sender"]
    exchange.pin_partner(partner=stranger.name, words=added.words[0].upper().replace("-", " "))
    assert hear(ring, stranger.write("ping", {})) == ["taken"]


def test_only_a_coordinator_decides_whom_to_believe(
    partner: PartnerInMemory, stranger: PartnerInMemory
) -> None:
    analyst = people.make_person("analyst", app=False).actor
    with pytest.raises(NotPermitted):
        exchange.add_partner(by=analyst, description=stranger.description())
    with pytest.raises(NotPermitted):
        exchange.pause_partner(by=analyst, partner=partner.name)
    coordinator = people.make_person("coordinator", app=False).actor
    assert exchange.pause_partner(by=coordinator, partner=partner.name)


@pytest.mark.parametrize(
    ("member", "value"),
    [("node", "Not A Name"), ("role", "king"), ("country", "Netherlands"), ("url", "ftp://example.org"),
     ("relay", "../x"), ("organisation", "x" * 201)],
)  # fmt: skip
def test_what_cannot_be_a_partner_is_not_written_down(
    stranger: PartnerInMemory, member: str, value: str
) -> None:
    from dataclasses import replace

    with pytest.raises(NotAPartner) as refusal:
        exchange.add_partner(description=replace(stranger.description(), **{member: value}))
    assert refusal.value.reason == member
    with pytest.raises(PartnerUnknown):
        queries.partner(stranger.name)


def test_a_name_is_taken_once(partner: PartnerInMemory) -> None:
    with pytest.raises(PartnerKnown):
        exchange.add_partner(description=partner.description())


def test_a_revoked_key_is_not_believed_whatever_it_signed(partner: PartnerInMemory, ring: Keyring) -> None:
    before = partner.write("ping", {})
    exchange.revoke_key(partner=partner.name, key_id=partner.keys.public.key_id)
    assert hear(ring, before, partner.write("ping", {})) == ["revoked_key", "revoked_key"]
    exchange.say(partner=partner.name, kind="ping", content={}, actor="worker")
    assert deliver(partner, ring) == []
    # New keys, pinned again: what waited goes out.
    partner.keys = keys_of_a_partner()
    exchange.take_directory(entries=[entry(partner, partner.keys)], version=1)
    exchange.pin_partner(partner=partner.name, words=partner.keys.public.words)
    assert len(deliver(partner, ring)) == 1


def test_the_directory_brings_changes_and_revokes_partners(stranger: PartnerInMemory, ring: Keyring) -> None:
    taken = exchange.take_directory(entries=[entry(stranger)], version=3)
    assert (taken.added, taken.differing) == ((stranger.name,), ())
    assert hear(ring, stranger.write("ping", {})) == ["taken"]
    assert exchange.take_directory(entries=[], version=3).already
    with pytest.raises(StaleDirectory):
        exchange.take_directory(entries=[entry(stranger)], version=2)
    assert exchange.take_directory(entries=[entry(stranger, country="BE")], version=4).changed == (
        stranger.name,
    )
    assert exchange.take_directory(entries=[], version=5).revoked == (stranger.name,)
    assert hear(ring, stranger.write("ping", {})) == ["unknown_sender"]


def test_the_directory_cannot_put_its_keys_under_a_pin(partner: PartnerInMemory, ring: Keyring) -> None:
    forged = keys_of_a_partner()
    taken = exchange.take_directory(entries=[entry(partner, forged)], version=1)
    assert taken.differing == (partner.name,)
    genuine, partner.keys = partner.keys, forged
    assert hear(ring, partner.write("ping", {})) == ["unknown_sender_key"]
    partner.keys = genuine
    assert hear(ring, partner.write("ping", {})) == ["taken"]
    assert exchange.take_directory(entries=[], version=2).revoked == ()


def test_our_keys_rotate_with_an_overlap_and_each_partner_gets_what_it_can_verify(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    old = our_key().public.key_id
    made = exchange.rotate_keys(ring)
    exchange.say(partner=partner.name, kind="ping", content={}, actor="worker")
    assert [one.header.sender.key for one in deliver(partner, ring)] == [old]
    ((name, signed),) = exchange.rotations_to_tell(clock.now())
    exchange.record_told(partner=name, signed=signed, now=clock.now())
    assert exchange.rotations_to_tell(clock.now()) == []
    exchange.say(partner=partner.name, kind="ping", content={}, actor="worker")
    sealed_to_old = partner.write("ping", {})
    partner.ours = our_key()
    assert partner.ours.public.key_id == made.key_id
    assert [one.header.sender.key for one in deliver(partner, ring)] == [made.key_id]
    assert hear(ring, sealed_to_old, partner.write("ping", {})) == ["taken", "taken"]


def test_old_private_keys_are_destroyed_when_nothing_can_come_to_them(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    old = our_key().public.key_id
    exchange.rotate_keys(ring)
    soon = clock.now() + timedelta(days=70)
    assert exchange.destroy_old_keys(ring, now=soon) == 0
    assert exchange.destroy_old_keys(ring, now=soon + timedelta(days=10)) == 1
    assert not (ring.folder / f"{old}.key").exists()
    assert old not in {keys.public.key_id for keys in queries.own_node(ring).keys}


def test_our_revoked_keys_sign_nothing_and_partners_pin_the_new_ones(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    old = our_key().public.key_id
    made = exchange.revoke_own_keys(ring, key_id=old)
    assert made is not None
    exchange.say(partner=partner.name, kind="ping", content={}, actor="worker")
    partner.ours = our_key()
    assert [one.header.sender.key for one in deliver(partner, ring)] == [made.key_id]


def test_after_a_revocation_partners_still_hear_of_the_keys_that_come_next(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    made = exchange.revoke_own_keys(ring, key_id=our_key().public.key_id)
    assert made is not None
    exchange.rotate_keys(ring)
    ((name, signed),) = exchange.rotations_to_tell(clock.now())
    assert (name, rotations.read_rotation(signed, trust=Trust([our_key(made.key_id)])).old) == (
        partner.name, made.key_id,
    )  # fmt: skip


def test_new_keys_that_are_revoked_in_their_overlap_are_followed_by_others_that_have_no_end(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    first = our_key().public.key_id
    stolen = exchange.rotate_keys(ring)
    ((_, signed),) = exchange.rotations_to_tell(clock.now())
    exchange.record_told(partner=partner.name, signed=signed, now=clock.now())
    made = exchange.revoke_own_keys(ring, key_id=stolen.key_id)
    assert made is not None
    assert made.old_until == stolen.old_until, "the first ones end when they would have"
    ((_, signed),) = exchange.rotations_to_tell(clock.now())
    rotation = rotations.read_rotation(signed, trust=Trust([our_key(first)]))
    assert (rotation.old, rotation.new.key_id) == (first, made.key_id)
    exchange.say(partner=partner.name, kind="ping", content={}, actor="worker")
    partner.ours = our_key(first)
    assert [one.header.sender.key for one in deliver(partner, ring)] == [first]
    assert exchange.rotate_keys(ring).old_until is not None


def test_private_keys_lie_under_the_passphrase(ring: Keyring, tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("eight words of a long sentence\n")
    locked = Keyring(tmp_path / "locked", str(secret))
    made = exchange.make_keys(locked)
    path = locked.folder / f"{made.key_id}.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert Keyring(tmp_path / "locked", str(secret)).get(made.key_id) is not None
    with pytest.raises(PassphraseNeeded):
        Keyring(tmp_path / "locked").get(made.key_id)
    secret.write_text("other words\n")
    with pytest.raises(WrongPassphrase):
        Keyring(tmp_path / "locked", str(secret)).get(made.key_id)
    secret.unlink()
    with pytest.raises(PassphraseNeeded):
        Keyring(tmp_path / "locked", str(secret)).get(made.key_id)


def test_keys_that_a_service_manager_hands_over_are_used(
    ring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = ring.folder.glob("*.key")
    handed = tmp_path / "credentials"
    handed.mkdir()
    file.rename(handed / "tutela-node-key")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed))
    own = queries.own_node(Keyring(tmp_path))
    assert [keys.public.key_id for keys in own.keys] == [our_key().public.key_id]


def test_a_rewritten_ledger_of_a_partner_is_noticed(partner: PartnerInMemory, ring: Keyring) -> None:
    def head(number: int, sign: str) -> bytes:
        content = {"number": number, "hash": sign * 64, "at": clock.to_text(clock.now())}
        return partner.write("ledger_head", content)

    hear(ring, head(7, "a"), head(7, "a"), head(9, "b"))
    assert not queries.health().partners[0].ledger_differs
    hear(ring, head(7, "c"))
    assert queries.health().partners[0].ledger_differs
