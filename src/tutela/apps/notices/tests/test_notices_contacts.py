"""Promises about whom a letter goes to: nobody unknown, nobody unapproved, the hotline's own record first."""

from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import time, timedelta

import pytest

from tutela.apps.cases import queries as case_queries
from tutela.apps.notices import actions as notices
from tutela.apps.notices import errors, queries
from tutela.apps.notices.models import Contact, Notice
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotPermitted
from tutela.testing.notifying import Story


def _onion(key: bytes) -> str:
    """Return the v3 onion name of a public key (Tor rend-spec-v3, section 6)."""
    check = hashlib.sha3_256(b".onion checksum" + key + b"\x03").digest()[:2]
    return base64.b32encode(key + check + b"\x03").decode().lower() + ".onion"


def test_an_item_waits_while_nobody_knows_its_host(story: Story) -> None:
    item = story.decided()
    assert notices.follow_decisions() > 0
    assert story.state(item) == ("waiting_host", "no_hosting")
    assert [due.host for due in queries.lookups_due(clock.now())] == ["files.example.org"]
    assert case_queries.item(item).state == "deciding"


def test_a_lookup_that_failed_comes_back_after_a_quarter_of_an_hour(story: Story) -> None:
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item, ip="", asn=None, network="", abuse_emails=(), error="timeout", country="")
    assert story.state(item) == ("waiting_host", "timeout")
    assert queries.lookups_due(clock.now()) == []
    story.clock.shift(timedelta(minutes=15))
    assert len(queries.lookups_due(clock.now())) == 1


def test_an_unapproved_contact_holds_the_notice_until_a_person_approves_it(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    assert story.taken() is None
    [waiting] = queries.contacts_waiting()
    assert (waiting.contact.email, waiting.contact.source, waiting.items) == (
        "abuse@hosting.example.net",
        "rdap",
        1,
    )
    assert waiting.contact.proof[0]["detail"] == "ripe"
    assert queries.outbox_state().waiting_contact == 1
    assert notices.approve_contact(by=story.person("coordinator"), contact_id=waiting.contact.id) == 1
    notice = story.taken()
    assert notice is not None
    assert notice.email == "abuse@hosting.example.net"
    assert queries.contacts_waiting() == []


@pytest.mark.parametrize("who", ["analyst", "welfare_lead"])
def test_only_who_may_approves_a_contact_or_keeps_a_provider(story: Story, who: str) -> None:
    contact = notices.propose_contact(email="abuse@example.net", source="rdap")
    with pytest.raises(NotPermitted):
        notices.approve_contact(by=story.person(who), contact_id=contact)
    with pytest.raises(NotPermitted):
        notices.refuse_contact(by=story.person(who), contact_id=contact)
    with pytest.raises(NotPermitted):
        notices.save_provider(by=story.person(who), name="X", emails=("a@example.org",))


def test_a_refused_contact_is_never_written_to_nor_proposed_again(story: Story) -> None:
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    [waiting] = queries.contacts_waiting()
    notices.refuse_contact(by=story.person("coordinator"), contact_id=waiting.contact.id)
    assert story.state(item) == ("waiting_contact", "no_contact")
    story.hosted(item)
    assert queries.contacts_waiting() == []
    assert story.state(item) == ("waiting_contact", "no_contact")
    assert Notice.objects.get().state == "withdrawn"


def test_a_person_can_name_the_contact_where_no_registry_does(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item, abuse_emails=("not an address",))
    assert [entry.item_id for entry in queries.items_without_contact()] == [item]
    notices.name_contact(by=story.person("coordinator"), item_id=item, email="Abuse@Example.net")
    notice = story.taken()
    assert notice is not None
    assert notice.email == "abuse@example.net"
    assert notice.items[0].ip == "192.0.2.20"


def test_an_onion_address_is_not_looked_up_and_waits_for_a_named_contact(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    host = _onion(bytes(32))
    item = story.decided(f"http://{host}/item/1")
    notices.follow_decisions()
    nothing = {"ip": "", "asn": None, "network": "", "country": "", "abuse_emails": ()}
    story.hosted(item, host=host, error="onion", **nothing)
    assert story.state(item) == ("waiting_contact", "onion")
    story.clock.shift(timedelta(hours=1))
    assert queries.lookups_due(clock.now()) == []
    notices.name_contact(by=story.person("coordinator"), item_id=item, email="abuse@example.net")
    assert story.taken() is not None


def test_our_own_verified_record_comes_before_the_registry(story: Story) -> None:
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    seen = queries.hosting_of(item)
    assert seen is not None and seen.contact is not None
    assert (seen.contact.email, seen.contact.usable, seen.provider_name) == (
        "abuse@example.org",
        True,
        "Example Hosting",
    )
    assert {"fact": "ip", "source": "dns", "detail": "", "at": clock.to_text(clock.now())} in seen.sources
    assert {entry["source"] for entry in seen.sources} == {"dns", "rdap", "provider_record"}


def test_a_provider_record_saved_later_releases_what_waits(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    assert story.taken() is None
    story.provider()
    notice = story.taken()
    assert notice is not None
    assert notice.email == "abuse@example.org"
    assert sorted(Notice.objects.values_list("state", flat=True)) == ["sending", "withdrawn"]


def test_an_account_is_written_about_to_the_service_that_hosts_it(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.report(service="social.example.org", account="@somebody")
    story.assess(item)
    story.notify(item)
    notices.follow_decisions()
    story.hosted(item, host="social.example.org")
    notice = story.taken()
    assert notice is not None
    assert (notice.items[0].kind, notice.items[0].address) == (
        "account",
        "somebody @ social.example.org",
    )


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"emails": ("no address",)}, errors.NotAnEmail),
        ({"domains": ("not a domain",)}, errors.NotADomain),
        ({"domains": ("com",)}, errors.NotADomain),
        ({"networks": ("192.0.2.0/33",)}, errors.NotANetwork),
        ({"networks": ("0.0.0.0/0",)}, errors.NotANetwork),
        ({"time_zone": "Asia/Nowhere"}, errors.NotATimeZone),
        ({"time_zone": "../../etc/passwd"}, errors.NotATimeZone),
        ({"country": "Georgia"}, errors.NotACountry),
        ({"quiet_from": time(18)}, errors.NotQuietHours),
        ({"quiet_from": time(18), "quiet_to": time(18)}, errors.NotQuietHours),
        ({"provider_id": uuid.UUID(int=9)}, errors.ProviderUnknown),
    ],
)
def test_a_provider_record_with_a_mistake_is_refused_whole(
    story: Story, changes: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        story.provider(**changes)
    assert queries.providers() == []
    assert Contact.objects.count() == 0


def test_a_provider_record_keeps_what_was_typed_in_one_form(story: Story) -> None:
    story.provider(domains=("Example.ORG.", "münchen.example"), networks=("192.0.2.77/24", "2001:db8::/32"))
    [seen] = queries.providers()
    assert seen.domains == ("example.org", "xn--mnchen-3ya.example")
    assert seen.networks == ("192.0.2.0/24", "2001:db8::/32")
    assert seen.emails == ("abuse@example.org",)
