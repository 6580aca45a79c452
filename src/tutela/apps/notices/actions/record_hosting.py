"""Write down what the worker found about an item's host."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from tutela.apps.cases import actions as cases
from tutela.apps.notices import rules
from tutela.apps.notices.actions import place_items
from tutela.apps.notices.actions._lines import Lines
from tutela.apps.notices.actions.propose_contact import propose
from tutela.apps.notices.errors import NotAnEmail
from tutela.apps.notices.models import Contact, Hosting, NoticeItem, NoticeItemState, NoticeState, Provider
from tutela.apps.notices.queries.contacts import provider_of
from tutela.apps.notices.queries.hosting import newest_hosting
from tutela.core.kernel import clock


def record_hosting(*, item_id: uuid.UUID, found: rules.HostingFound) -> uuid.UUID:
    """Add a row of hosting facts, tell the case the country, place the item's notice; return the row's id.

    An item in a letter that is being sent right now stays in it; the sender compares the hosts itself
    and calls ``drop_moved``.
    """
    with transaction.atomic():
        lines = Lines()
        place_items.lock(clock.now())
        match = provider_of(found.host, found.ip)
        country, recorded = _country(found, match)
        row = Hosting.objects.create(
            item_id=item_id,
            host=found.host,
            ip=found.ip or None,
            asn=found.asn,
            network=found.network,
            network_name=" ".join(found.network_name.split())[:255],
            country=country,
            provider_id=match.provider_id if match else None,
            contact_id=None if _is_known(match) else _proposed(found, lines),
            source=_sources(found, match, country_recorded=recorded),
            looked_at=_after_the_last(item_id, found.looked_at),
            error=found.error,
        )
        _place(row, found, lines)
        lines.line("hosting_found", "item", item_id, country=country, asn=found.asn, error=found.error)
        if country and not found.error:
            # Locks the case and writes to the ledger: after everything of ours but our own lines.
            cases.record_hosting(item_id=item_id, country=country, actor="worker")
        lines.write()
    return row.id


def _country(found: rules.HostingFound, match: rules.ProviderMatch | None) -> tuple[str, bool]:
    """Return the country, and whether it is our own record's.

    A network that a person wrote down stands where that person says; a packaged table is only a hint. A
    record that matched by domain fills a gap and corrects nothing: one domain has hosts in many places.
    """
    if match is None or (found.country and match.by != "network"):
        return found.country, False
    recorded = Provider.objects.values_list("country", flat=True).get(pk=match.provider_id)
    return (recorded, True) if recorded else (found.country, False)


def _after_the_last(item_id: uuid.UUID, looked_at: datetime) -> datetime:
    """Return the time of the lookup, a breath later when the last bears the same: the newest counts."""
    last = newest_hosting(item_id)
    same = last is not None and last.looked_at == looked_at
    return looked_at + timedelta(microseconds=1) if same else looked_at


def _is_known(match: rules.ProviderMatch | None) -> bool:
    """Return whether our own record names a contact that takes mail; then nobody need approve another."""
    return match is not None and (
        Contact.objects.filter(
            provider_id=match.provider_id, state="approved", bounced_at__isnull=True
        ).exists()
    )


def _proposed(found: rules.HostingFound, lines: Lines) -> uuid.UUID | None:
    """Return the registry's first contact that nobody refused; one that is new is proposed."""
    for text in found.abuse_emails:
        try:
            email = rules.clean_email(text)
        except NotAnEmail:
            continue
        known = Contact.objects.filter(email=email).first()
        if known is None:
            proof = tuple(fact for fact in found.facts if fact.fact == "contact")
            return propose(email, "rdap", proof, lines)
        if known.state != "refused":
            return known.id
    return None


def _sources(
    found: rules.HostingFound, match: rules.ProviderMatch | None, *, country_recorded: bool
) -> list[dict[str, str]]:
    entries = [
        {
            "fact": fact.fact,
            "source": fact.source,
            "detail": fact.detail,
            "at": clock.to_text(fact.at),
        }
        for fact in found.facts
        if fact.fact != "country" or not country_recorded
    ]
    if match:
        at, detail = clock.to_text(clock.now()), f"{match.by}:{match.matched}"
        for name in ("provider", "country") if country_recorded else ("provider",):
            entries.append({"fact": name, "source": "provider_record", "detail": detail, "at": at})
    return entries


def _place(hosting: Hosting, found: rules.HostingFound, lines: Lines) -> None:
    live = NoticeItem.objects.select_related("notice", "hosting").filter(item_id=hosting.item_id)
    waiting = live.filter(state__in=[NoticeItemState.WAITING_HOST, NoticeItemState.WAITING_CONTACT]).first()
    if waiting:
        place_items.place(waiting, clock.now())
        return
    row = live.filter(state=NoticeItemState.INCLUDED).first()
    if row is None or row.notice is None or found.error:
        return
    if not _moved(row, found):
        NoticeItem.objects.filter(pk=row.pk).update(hosting=hosting)
    elif row.notice.state in (NoticeState.DRAFT, NoticeState.WAITING_CONTACT, NoticeState.READY):
        notice_id = row.notice.id
        place_items.move_out(row, clock.now(), lines)
        place_items.close_if_empty(notice_id, lines)


def _moved(row: NoticeItem, found: rules.HostingFound) -> bool:
    before = row.hosting or newest_hosting(row.item_id)
    return before is not None and rules.has_moved(_Before(before), found)


class _Before:
    """An earlier row in the shape that the rule reads."""

    def __init__(self, row: Hosting) -> None:
        self.ip, self.asn, self.network = row.ip or "", row.asn, row.network
