"""Promises of the worker about hash lists: fetched page by page, withdrawn everywhere, never stuck."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tutela.apps.accounts.rules import Actor
from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank.rules import WithdrawReason
from tutela.core.kernel import clock, ids
from tutela.core.matching import index
from tutela.core.matching.sources import Opinion
from tutela.core.matching.verdicts import Outcome
from tutela.core.terms.states import Role
from tutela.doors.worker import fetch_lists, keep_index
from tutela.doors.worker.equipment import Equipment, equip
from tutela.doors.worker.sources import ncmec, registry, stopncii
from tutela.testing.hash_lists import FIELDS, fingerprint, lines, value
from tutela.testing.hash_sources import NcmecEntry, NcmecServer, StopNciiServer, ThreatExchangeServer

pytestmark = pytest.mark.django_db

ANALYST, COORDINATOR = Actor(ids.new_id(), Role.ANALYST), Actor(ids.new_id(), Role.COORDINATOR)
NOW = int(time.time())


class Listing:
    """A worker with one list; ``add`` gives it a source, ``fetch`` does what is due."""

    def __init__(self, home: Path, equipment: Equipment) -> None:
        self.home, self.equipment = home, equipment
        self.list_id = bank.make_list(fields=FIELDS)

    def add(self, kind: str, secret: str, **settings: str) -> Any:
        path = registry.secret_file(self.home, "partner")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secret)
        path.chmod(0o600)
        return bank.add_source(name="partner", kind=kind, list_name="example", settings=settings)

    def fetch(self) -> int:
        bank.fetch_now()
        return fetch_lists.fetch_lists(clock.now(), self.equipment)

    def keep(self) -> int:
        return keep_index.keep_index(clock.now(), self.equipment)

    def prints(self) -> set[str]:
        return {one.text for entry in bank_queries.entries_for_index() for one in entry.fingerprints}

    def source(self) -> bank_queries.SourceSeen:
        seen = bank_queries.source_named("partner")
        assert seen is not None
        return seen

    def known(self, number: int, kind: str = "sha256") -> bool:
        with index.open_index(keep_index.index_folder(self.home), watch=False) as opened:
            (verdict,) = opened.lookup([fingerprint(number, kind)])
        return verdict.outcome is Outcome.MATCH


@pytest.fixture
def listing(settings: Any, tmp_path: Path, db: None) -> Listing:
    settings.TUTELA_HOME = tmp_path
    return Listing(tmp_path, equip())


def test_ncmec_is_read_in_ranges_that_are_complete_or_do_not_count(listing: Listing) -> None:
    with NcmecServer(page_size=10) as server:
        for number in range(35):
            prints = {"md5": value(number, "md5"), "pdna": "AAAA", "sha1": ""}
            server.put(NcmecEntry(f"e{number}", NOW - 1000 + number, prints, classification="B2"))
        listing.add("ncmec", server.secret, environment="test_NGO", base_url=server.base_url)
        assert listing.fetch() == 4
        assert listing.prints() == {value(number, "md5") for number in range(35)}
        (entry, *_) = bank_queries.entries(listing.list_id).rows
        assert (entry.scheme, entry.classification) == ("ncmec:test_NGO", "B2")
        assert listing.source().checkpoint.at >= NOW - 6  # type: ignore[union-attr]
        server.delete("e3", NOW - 10)
        server.put(NcmecEntry("e4", NOW - 9, {"sha1": value(4, "sha1")}))
        bank.fetch_everything(by=COORDINATOR, source_id=listing.source().id)
        listing.fetch()
        assert value(3, "md5") not in listing.prints()
        assert {value(4, "sha1")} == listing.prints() - {value(number, "md5") for number in range(35)}


@pytest.mark.on_postgresql
def test_ncmec_in_the_middle_of_a_range_goes_on_where_it_stopped(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with NcmecServer(page_size=10) as server:
        for number in range(35):
            server.put(NcmecEntry(f"e{number}", NOW - 1000, {"md5": value(number, "md5")}))
        listing.add("ncmec", server.secret, environment="test_NGO", base_url=server.base_url)
        # The source's clock stands still: a second begun between two fetches would be a range more.
        monkeypatch.setattr(ncmec, "time", SimpleNamespace(time=lambda: float(NOW)))
        with monkeypatch.context() as short:
            short.setattr(fetch_lists, "MOST_SECONDS", -1.0)
            short.setattr(fetch_lists.time, "monotonic", iter([0.0, -2.0, 5.0, 5.0, 5.0]).__next__)
            assert listing.fetch() == 1
        checkpoint = listing.source().checkpoint
        assert checkpoint is not None and checkpoint.at == 0 and "next" in checkpoint.inside
        asked = len(server.asked)
        assert listing.fetch() == 3
        assert len(server.asked) == asked + 3, "no page twice"
        assert len(listing.prints()) == 35


def test_ncmec_pages_inside_one_second_and_steps_over_one_that_cannot_be_read(listing: Listing) -> None:
    with NcmecServer(page_size=10) as server:
        for number in range(25):
            server.put(NcmecEntry(f"bulk{number}", NOW - 500, {"md5": value(number, "md5")}))
        server.put(NcmecEntry("bad", NOW - 300, {"md5": value(100, "md5")}))
        server.put(NcmecEntry("later", NOW - 100, {"md5": value(101, "md5")}))
        server.broken_at = {NOW - 300}
        listing.add("ncmec", server.secret, environment="test_NGO", base_url=server.base_url)
        listing.fetch()
        assert listing.prints() == {value(number, "md5") for number in (*range(25), 101)}
        (page,) = bank_queries.quarantined_pages()
        assert page.reason == "not_xml"
        assert listing.source().error == ""


def test_ncmec_cuts_a_range_that_is_too_long_for_one_cursor(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tutela.doors.worker.sources import ncmec

    monkeypatch.setattr(ncmec, "MOST_IN_RANGE", 20)
    with NcmecServer(page_size=10) as server:
        for number in range(60):
            server.put(NcmecEntry(f"e{number}", NOW - 2000 + number * 10, {"md5": value(number, "md5")}))
        listing.add("ncmec", server.secret, environment="test_NGO", base_url=server.base_url)
        listing.fetch()
        assert len(listing.prints()) == 60


def test_ncmec_writes_its_times_in_utc(listing: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tbilisi")
    time.tzset()
    try:
        with NcmecServer() as server:
            server.put(NcmecEntry("now", NOW - 60, {"md5": value(1, "md5")}))
            listing.add("ncmec", server.secret, environment="test_NGO", base_url=server.base_url)
            listing.fetch()
            assert listing.prints() == {value(1, "md5")}
    finally:
        monkeypatch.undo()
        time.tzset()


def test_ncmec_never_follows_a_link_to_somebody_else(listing: Listing) -> None:
    with NcmecServer(page_size=1) as server, NcmecServer() as other:
        for number in range(3):
            server.put(NcmecEntry(f"e{number}", NOW - 60, {"md5": value(number, "md5")}))
        server.foreign_next = f"{other.base_url}/v2/entries?start=2"
        listing.add("ncmec", server.secret, environment="test_NGO", base_url=server.base_url)
        listing.fetch()
        assert other.asked == []
        assert bank_queries.quarantined_pages()[0].reason == "wrong_shape"


def test_ncmec_is_told_what_the_desk_found(listing: Listing) -> None:
    with NcmecServer() as server:
        server.put(NcmecEntry("a/b c", NOW - 60, {"md5": value(1, "md5")}))
        listing.add(
            "ncmec", server.secret, environment="test_NGO", base_url=server.base_url,
            negative_reason="Wrong category",
        )  # fmt: skip
        listing.fetch()
        (entry,) = bank_queries.entries(listing.list_id).rows
        for opinion in (Opinion.CONFIRMED, Opinion.REFUTED, Opinion.NOT_SEEN):
            bank.give_opinion(by=ANALYST, entry_id=entry.id, opinion=opinion, reason="reviewed")
        assert fetch_lists.tell_sources(clock.now(), listing.equipment) == 2
        assert server.feedback == [("900-a/b c", "affirmative"), ("900-a/b c", "negative")]
        states = {one.opinion: one.state for one in bank_queries.opinions_of(entry.id)}
        assert states == {"confirmed": "told", "refuted": "told", "not_seen": "not_supported"}


def test_what_a_person_took_back_at_stopncii_is_removed(listing: Listing) -> None:
    """The public client compares the hash instead of the status, so with it this never happens."""
    with StopNciiServer() as server:
        for number, status in enumerate(("Active", "Received", "Active", "Active")):
            server.put(value(number), NOW - 100 + number, status)
        server.put(value(50, "md5"), NOW - 90, signal="VideoMD5")
        server.put("a text", NOW - 90, signal="Text")
        listing.add("stopncii", server.secret, base_url=server.base_url)
        listing.fetch()
        assert listing.prints() == {*(value(number) for number in range(4)), value(50, "md5")}
        listing.keep()
        assert listing.known(0, "pdq")
        server.put(value(0), NOW - 5, "Withdrawn")
        server.put(value(1), NOW - 5, "Deleted")
        listing.fetch()
        assert listing.prints() == {value(2), value(3), value(50, "md5")}
        listing.keep()
        assert not listing.known(0, "pdq")
        assert listing.known(2, "pdq")
        assert value(0) not in repr(lines("hash_entry_withdrawn"))
        seen = bank_queries.entries(listing.list_id, state="withdrawn").rows
        assert value(0) not in repr(seen) and seen[0].prints == ()


def test_a_word_that_is_new_at_stopncii_is_named_and_costs_nothing_else(listing: Listing) -> None:
    with StopNciiServer() as server:
        server.put(value(1), NOW - 100)
        server.put(value(2), NOW - 90, "Postponed")
        listing.add("stopncii", server.secret, base_url=server.base_url)
        listing.fetch()
        assert listing.prints() == {value(1)}
        assert lines("hash_page_taken")[0].facts["unread"] == 1


def test_a_page_that_ends_in_the_middle_does_not_stop_stopncii(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopncii, "PAGE_SIZES", (80, 8, 1))
    with StopNciiServer() as server:
        for number in range(200):
            server.put(value(number), NOW - 5000 + number)
        server.broken_values = {value(150)}
        listing.add("stopncii", server.secret, base_url=server.base_url)
        listing.fetch()
        missing = {value(number) for number in range(200)} - listing.prints()
        assert value(150) in missing
        assert len(missing) < 12, "small pages leave little out"
        assert {page.reason for page in bank_queries.quarantined_pages()} == {"not_json"}
        server.broken_values = set()
        bank.fetch_everything(by=COORDINATOR, source_id=listing.source().id)
        listing.fetch()
        assert len(listing.prints()) == 200


def test_stopncii_is_told_and_takes_only_what_it_knows(listing: Listing) -> None:
    with StopNciiServer() as server:
        server.put(value(1), NOW - 100)
        listing.add("stopncii", server.secret, base_url=server.base_url)
        listing.fetch()
        (entry,) = bank_queries.entries(listing.list_id).rows
        bank.give_opinion(by=ANALYST, entry_id=entry.id, opinion=Opinion.CONFIRMED, reason="reviewed")
        assert fetch_lists.tell_sources(clock.now(), listing.equipment) == 1
        assert server.feedback == [{"tags": ["reviewed"], "feedbackValue": "Blocked", "hashValue": value(1)}]


def test_threatexchange_removes_what_should_be_deleted(listing: Listing) -> None:
    with ThreatExchangeServer() as server:
        for number in range(250):
            server.put(number + 1, value(number, "md5"), NOW - 1000 + number)
        server.put(300, value(300), NOW - 500, "HASH_PDQ")
        server.put(301, value(301, "md5"), NOW - 500, status="NON_MALICIOUS")
        server.put(302, "http://files.example.org/", NOW - 500, "URI")
        listing.add("threatexchange", server.TOKEN, privacy_group=server.GROUP, base_url=server.base_url)
        assert listing.fetch() == 3
        assert listing.prints() == {*(value(number, "md5") for number in range(250)), value(300)}
        assert server.TOKEN not in repr(listing.source())
        server.delete(1, NOW - 9)
        server.hide_descriptors(2, NOW - 8)
        listing.fetch()
        assert len(listing.prints()) == 249
        entry = next(row for row in bank_queries.entries(listing.list_id).rows if row.state == "active")
        bank.give_opinion(by=ANALYST, entry_id=entry.id, opinion=Opinion.REFUTED, reason="other_content")
        fetch_lists.tell_sources(clock.now(), listing.equipment)
        assert [reaction for _, reaction in server.reactions] == ["NOT_HELPFUL"]


def test_threatexchange_keeps_its_token_to_itself_and_goes_on_behind_a_broken_page(listing: Listing) -> None:
    with ThreatExchangeServer() as server:
        for number in range(150):
            server.put(number + 1, value(number, "md5"), NOW - 1000 + number)
        server.broken_ids = {"120"}
        listing.add("threatexchange", server.TOKEN, privacy_group=server.GROUP, base_url=server.base_url)
        listing.fetch()
        missing = {value(number, "md5") for number in range(150)} - listing.prints()
        assert value(119, "md5") in missing
        assert value(149, "md5") not in missing
        with ThreatExchangeServer() as other:
            server.broken_ids, server.foreign_next = set(), f"{other.base_url}/steal"
            bank.fetch_everything(by=COORDINATOR, source_id=listing.source().id)
            listing.fetch()
            assert other.asked == []


@pytest.mark.parametrize(
    ("secret", "status", "error"),
    [("wrong:password", 0, "denied"), (None, 404, "http_404"), ("nothing", 0, "settings_secret")],
)
def test_a_source_that_does_not_answer_is_named_and_asked_later(
    listing: Listing, secret: str | None, status: int, error: str
) -> None:
    with NcmecServer() as server:
        server.refuses_with = status
        listing.add("ncmec", secret or server.secret, environment="test_NGO", base_url=server.base_url)
        assert listing.fetch() == 0
        assert listing.source().error == error
        assert listing.source().next_at > clock.now()


def test_no_secret_is_sent_where_a_redirect_leads(listing: Listing) -> None:
    with NcmecServer() as server, NcmecServer() as other:
        server.redirects_to = f"{other.base_url}/v2/entries"
        listing.add("ncmec", server.secret, environment="test_NGO", base_url=server.base_url)
        listing.fetch()
        assert other.asked == []
        assert listing.source().error == "redirected"


@pytest.mark.on_postgresql
def test_a_secret_that_others_can_read_is_not_used(listing: Listing) -> None:
    listing.add("ncmec", "user:password", environment="test_NGO", base_url="http://127.0.0.1:9")
    registry.secret_file(listing.home, "partner").chmod(0o644)
    listing.fetch()
    assert listing.source().error == "settings_secret"


def test_a_service_is_asked_over_https_or_on_this_machine(listing: Listing) -> None:
    listing.add("ncmec", "user:password", environment="test_NGO", base_url="http://files.example.org")
    listing.fetch()
    assert listing.source().error == "settings_base_url"


def test_a_file_in_the_folder_is_taken_as_a_whole_whenever_it_changes(listing: Listing) -> None:
    folder = listing.home / "lists"
    folder.mkdir()
    file = folder / "list.txt"
    file.write_text(f"md5 {value(1, 'md5')}\nmd5 {value(2, 'md5')}\n")
    bank.add_source(name="partner", kind="file", list_name="example", settings={"file": "list.txt"})
    listing.fetch()
    assert listing.prints() == {value(1, "md5"), value(2, "md5")}
    listing.fetch()
    assert len(lines("hash_page_taken")) == 1, "an unchanged file is nothing new"
    file.write_text(f"md5 {value(2, 'md5')}\nsha256 {value(3)}\n")
    listing.fetch()
    assert listing.prints() == {value(2, "md5"), value(3)}
    file.write_text('{"entries": [{"id": "1", "fing')
    listing.fetch()
    assert listing.prints() == {value(2, "md5"), value(3)}
    assert bank_queries.quarantined_pages()[0].reason == "truncated"


@pytest.mark.parametrize("name", ["../keys", "/etc/passwd", "", ".hidden"])
def test_a_file_source_stays_in_its_folder(listing: Listing, name: str) -> None:
    bank.add_source(name="partner", kind="file", list_name="example", settings={"file": name})
    listing.fetch()
    assert listing.source().error == "settings_file"


def _proposed(listing: Listing, number: int) -> Any:
    entry = bank.propose_entry(by=ANALYST, list_id=listing.list_id, fingerprints=[fingerprint(number)])
    bank.approve_entry(by=COORDINATOR, entry_id=entry)
    return entry


def test_what_is_approved_and_withdrawn_reaches_the_index_and_the_ledger_says_so(listing: Listing) -> None:
    entry = _proposed(listing, 1)
    assert listing.keep() == 1
    assert listing.known(1)
    bank.withdraw_entry(by=ANALYST, entry_id=entry, reason=WithdrawReason.WRONG)
    withdrawn = bank_queries.head_change()
    assert listing.keep() == 1
    assert not listing.known(1)
    brought = lines("hash_index_brought")[-1]
    assert (brought.facts["through"], brought.facts["withdrawn"]) == (withdrawn, 1)
    assert brought.sequence > lines("hash_entry_withdrawn")[-1].sequence
    assert listing.keep() == 0, "nothing new, nothing done"


def test_a_worker_killed_between_table_and_index_makes_up_for_it(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    listed = _proposed(listing, 0)
    listing.keep()
    for number, (place, name) in enumerate(((keep_index.bank, "record_index"), (keep_index, "_write")), 1):
        bank.withdraw_entry(by=ANALYST, entry_id=listed, reason=WithdrawReason.LEGAL)
        listed = _proposed(listing, number)
        with monkeypatch.context() as patched:
            patched.setattr(place, name, killed)
            with pytest.raises(KeyboardInterrupt):
                listing.keep()
        assert listing.keep() == 2
        assert not listing.known(number - 1)
        assert listing.known(number)


def test_an_index_that_is_lost_or_broken_or_ahead_is_built_anew(listing: Listing) -> None:
    _proposed(listing, 1)
    listing.keep()
    folder = keep_index.index_folder(listing.home)
    for spoil in (
        lambda: [path.unlink() for path in folder.rglob("*") if path.is_file()],
        lambda: (folder / "current").write_text("oops"),
        lambda: (listing.home / "index.cursor").write_text('{"change": 99999, "last": ""}'),
        lambda: (listing.home / "index.cursor").write_text("not json"),
    ):
        spoil()
        _proposed(listing, 100 + len(lines("hash_index_brought")))
        listing.keep()
        assert listing.known(1)
    assert lines("hash_index_brought")[-1].facts["built"] is True


def test_a_list_that_is_paused_counts_no_more(listing: Listing) -> None:
    _proposed(listing, 1)
    listing.keep()
    bank.pause_list(by=COORDINATOR, list_id=listing.list_id)
    listing.keep()
    assert not listing.known(1)
    bank.resume_list(by=COORDINATOR, list_id=listing.list_id)
    listing.keep()
    assert listing.known(1)


def test_many_changes_are_followed_in_pieces(listing: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    _proposed(listing, 1)
    listing.keep()
    monkeypatch.setattr(keep_index, "AT_ONCE", 7)
    folder = listing.home / "lists"
    folder.mkdir()
    (folder / "list.txt").write_text("".join(f"sha256 {value(number)}\n" for number in range(10, 60)))
    bank.add_source(name="partner", kind="file", list_name="example", settings={"file": "list.txt"})
    listing.fetch()
    assert listing.keep() == 50
    assert listing.known(10) and listing.known(59)
