"""The exchange's work of a round: announce keys, open what came, receipt it, deliver, fetch the mailbox.

Envelopes are written while the ones before are on their way: signing takes this machine, the way takes the
other one.
"""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

import structlog

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.errors import NoUsableKey
from tutela.core.envelope import reading, writing
from tutela.core.envelope.errors import EnvelopeRefusal
from tutela.core.envelope.trust import OwnNode
from tutela.core.kernel import clock
from tutela.doors.worker.equipment import Equipment
from tutela.doors.worker.legs.partners import Signer

MOST_SECONDS = 4.0
"""Of one kind of work in one round, so that letters and looks do not wait for a flood of messages."""
AT_ONCE = 8
"""Partners that are handed something side by side."""
FETCH_EVERY = timedelta(seconds=10)
FETCH_SOON, SOON_FOR = timedelta(seconds=2), timedelta(minutes=1)
"""How often a mailbox is asked for so long after something lay in it: an answer brings the next one."""
HOUSE_EVERY = timedelta(hours=1)

_FETCH, _HOUSE, _NO_KEYS = "mailbox", "exchange_house", "exchange_keys"
_LIVELY = "mailbox_lively"

log = structlog.get_logger("tutela.worker")


def _own(equipment: Equipment) -> OwnNode | None:
    """Return this node with its private keys; ``None``, said once, while it has none or they do not open."""
    if not equipment.config.exchange.node:
        return None
    try:
        own, code = queries.own_node(equipment.keyring), ""
    except (EnvelopeRefusal, NoUsableKey) as refusal:
        own, code = None, refusal.code
    if code and equipment.said.get(_NO_KEYS) != code:
        log.warning("node_keys_unusable", code=code)
    equipment.said[_NO_KEYS] = code
    return own


def tell_rotations(now: datetime, equipment: Equipment) -> int:
    """Announce our newest keys to partners that lack them, and believe what partners announced."""
    if not equipment.config.exchange.node:
        return 0
    count = exchange.believe_rotations(now)
    known = queries.believed().partners
    for name, signed in exchange.rotations_to_tell(now):
        facts = known[name]
        later = equipment.not_before.get(("rotation", name), now)
        if equipment.stopping.is_set() or not facts.url or later > now:
            continue
        equipment.beat()
        refused = equipment.partners.announce(facts.url, signed)
        if refused:
            equipment.not_before["rotation", name] = now + timedelta(minutes=5)
            log.warning("rotation_not_taken", partner=name, code=refused)
            continue
        exchange.record_told(partner=name, signed=signed, now=now)
        count += 1
    return count


def open_incoming(now: datetime, equipment: Equipment) -> int:
    """Open what came, oldest first; returns how many messages and receipts took effect or were refused."""
    own, count, until = _own(equipment), 0, time.monotonic() + MOST_SECONDS
    while own is not None and time.monotonic() < until and not equipment.stopping.is_set():
        equipment.beat()
        done = exchange.open_due(own, now).pieces
        count += done
        if not done:
            break
    if own is not None:
        exchange.pass_time(now)
    return count


def tell_partners(_now: datetime, equipment: Equipment) -> int:
    """Follow the ledger: what became of handed items is said to the partner at the other end."""
    return exchange.follow_items() if equipment.config.exchange.node else 0


def send_receipts(now: datetime, equipment: Equipment) -> int:
    """Put the receipts of what was opened into the outbox."""
    if not equipment.config.exchange.node:
        return 0
    count = 0
    while made := exchange.make_receipts(now):
        count += made
    return count


def deliver(now: datetime, equipment: Equipment) -> int:
    """Write and hand over what is due; returns how many envelopes arrived."""
    own = _own(equipment)
    if own is None:
        return 0
    arrived, more, until = 0, True, time.monotonic() + MOST_SECONDS
    flying: dict[Future[exchange.Answer], exchange.Parcel] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while True:
            equipment.beat()
            going_on = time.monotonic() < until and not equipment.stopping.is_set()
            if going_on and len(flying) < AT_ONCE:
                for parcel in exchange.take_due(now, without={one.partner for one in flying.values()}):
                    flying[pool.submit(_hand_over, parcel, own, equipment)] = parcel
            written = exchange.seal_due(own, now) if going_on and more else 0
            # What is said from now on waits for the next round: one by one it costs a transaction each.
            more = written >= exchange.MOST_SEALED
            if not flying and not written:
                return arrived
            done, _ = wait(flying, timeout=0 if written else 1, return_when=FIRST_COMPLETED)
            for future in done:
                arrived += exchange.record_delivery(flying.pop(future), future.result(), now)


def _hand_over(parcel: exchange.Parcel, own: OwnNode, equipment: Equipment) -> exchange.Answer:
    """Runs beside the others; touches the network only."""
    if not parcel.relay or parcel.to is None:
        return equipment.partners.hand_in(parcel.url, parcel.envelopes)
    wrapped = [writing.wrap_for_relay(one, to=parcel.to) for one in parcel.envelopes]
    signer = Signer(own.node, own.keys[0])
    return equipment.partners.put_in_mailbox(parcel.url, parcel.partner, wrapped, signer)


def fetch_mailbox(now: datetime, equipment: Equipment) -> int:
    """Fetch what lies for us at our relay; each is stored before it is taken out there."""
    relay = equipment.config.exchange.relay
    own = _own(equipment) if relay and equipment.not_before.get(_FETCH, now) <= now else None
    facts = queries.believed().partners.get(relay)
    if own is None or facts is None or not facts.url:
        return 0
    count, until = 0, time.monotonic() + MOST_SECONDS
    signer = Signer(own.node, queries.newest_signing_keys(own, now) or own.keys[0])
    while time.monotonic() < until and not equipment.stopping.is_set():
        equipment.beat()
        fetched = equipment.partners.fetch(facts.url, own.node, signer)
        if fetched.error:
            log.warning("mailbox_not_fetched", code=fetched.error)
        if not fetched.ids:
            break
        _store([one for sealed in fetched.sealed if (one := _unwrap(sealed, own))])
        count += len(fetched.ids)
        if not all(equipment.partners.take_out(facts.url, own.node, one, signer) for one in fetched.ids):
            break
    if count:
        equipment.not_before[_LIVELY] = now + SOON_FOR
    lively = equipment.not_before.get(_LIVELY, now) > now
    equipment.not_before[_FETCH] = now + (FETCH_SOON if lively else FETCH_EVERY)
    return count


def _store(envelopes: list[bytes]) -> None:
    if envelopes:
        exchange.accept_envelopes(envelopes, now=clock.now(), relayed=True)


def _unwrap(sealed: bytes, own: OwnNode) -> bytes | None:
    for keys in own.keys:
        try:
            return reading.unwrap_from_relay(sealed, keys=keys)
        except EnvelopeRefusal:
            continue
    log.warning("relayed_not_for_us")
    return None


def keep_exchange(now: datetime, equipment: Equipment) -> int:
    """Give up what is too old, empty mailboxes that nobody fetches, destroy keys whose time is over."""
    if not equipment.config.exchange.node or equipment.not_before.get(_HOUSE, now) > now:
        return 0
    equipment.not_before[_HOUSE] = now + HOUSE_EVERY
    given_up = exchange.give_up(now)
    if given_up:
        log.error("messages_given_up", count=given_up)
    exchange.ask_again(now)
    return given_up + exchange.empty_mailboxes(now) + exchange.destroy_old_keys(equipment.keyring, now=now)
