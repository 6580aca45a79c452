"""What can be done with the exchange."""

from tutela.apps.exchange.actions.accept_envelopes import Outcome, accept_envelopes
from tutela.apps.exchange.actions.add_partner import Added, add_partner
from tutela.apps.exchange.actions.agree_overlap import agree_overlap, end_overlap
from tutela.apps.exchange.actions.answer_overlap import answer_overlap, empty_overlaps
from tutela.apps.exchange.actions.ask_overlap import Asked, ask_overlap
from tutela.apps.exchange.actions.carry_messages import Carried, messages_to_carry, record_carried
from tutela.apps.exchange.actions.change_partner import Changed, Changes, change_partner
from tutela.apps.exchange.actions.deliver import (
    Answer,
    Parcel,
    ask_again,
    give_up,
    record_delivery,
    retry,
    take_due,
)
from tutela.apps.exchange.actions.follow_items import follow_items
from tutela.apps.exchange.actions.follow_lists import follow_lists, forget_pages, mend_shares
from tutela.apps.exchange.actions.forget_conversations import Emptied, forget_conversations
from tutela.apps.exchange.actions.hand_over import HandedOver, hand_over, item_to_send
from tutela.apps.exchange.actions.hear_rotation import (
    believe_rotations,
    hear_rotation,
    record_told,
    rotations_to_tell,
)
from tutela.apps.exchange.actions.keep_mailbox import (
    BoxedSeen,
    Put,
    empty_mailboxes,
    in_mailbox,
    put_in_mailbox,
    take_out,
)
from tutela.apps.exchange.actions.lapse_directory import believe_directory, lapse_directory
from tutela.apps.exchange.actions.open_due import OpenedCount, open_due, pass_time
from tutela.apps.exchange.actions.own_keys import (
    NewKeys,
    destroy_old_keys,
    make_keys,
    revoke_own_keys,
    rotate_keys,
)
from tutela.apps.exchange.actions.pause_partner import pause_partner, resume_partner
from tutela.apps.exchange.actions.pin_partner import pin_partner
from tutela.apps.exchange.actions.receipts import make_receipts
from tutela.apps.exchange.actions.record_people_told import record_people_told
from tutela.apps.exchange.actions.record_read import record_acted, record_person_opened
from tutela.apps.exchange.actions.refer import Grades, Referred, refer
from tutela.apps.exchange.actions.repeat_messages import repeat_messages
from tutela.apps.exchange.actions.retry_message import retry_message
from tutela.apps.exchange.actions.revoke_key import revoke_key
from tutela.apps.exchange.actions.say import Said, say
from tutela.apps.exchange.actions.seal_due import MOST_SEALED, seal_due
from tutela.apps.exchange.actions.settle_message import settle_message
from tutela.apps.exchange.actions.share_list import share_list, unshare_list
from tutela.apps.exchange.actions.take_directory import take_directory
from tutela.apps.exchange.actions.tell_heads import tell_heads
from tutela.apps.exchange.actions.tell_opinions import tell_opinions

__all__ = [
    "MOST_SEALED",
    "Added",
    "Answer",
    "Asked",
    "BoxedSeen",
    "Carried",
    "Changed",
    "Changes",
    "Emptied",
    "Grades",
    "HandedOver",
    "NewKeys",
    "OpenedCount",
    "Outcome",
    "Parcel",
    "Put",
    "Referred",
    "Said",
    "accept_envelopes",
    "add_partner",
    "agree_overlap",
    "answer_overlap",
    "ask_again",
    "ask_overlap",
    "believe_directory",
    "believe_rotations",
    "change_partner",
    "destroy_old_keys",
    "empty_mailboxes",
    "empty_overlaps",
    "end_overlap",
    "follow_items",
    "follow_lists",
    "forget_conversations",
    "forget_pages",
    "give_up",
    "hand_over",
    "hear_rotation",
    "in_mailbox",
    "item_to_send",
    "lapse_directory",
    "make_keys",
    "make_receipts",
    "mend_shares",
    "messages_to_carry",
    "open_due",
    "pass_time",
    "pause_partner",
    "pin_partner",
    "put_in_mailbox",
    "record_acted",
    "record_carried",
    "record_delivery",
    "record_people_told",
    "record_person_opened",
    "record_told",
    "refer",
    "repeat_messages",
    "resume_partner",
    "retry",
    "retry_message",
    "revoke_key",
    "revoke_own_keys",
    "rotate_keys",
    "rotations_to_tell",
    "say",
    "seal_due",
    "settle_message",
    "share_list",
    "take_directory",
    "take_due",
    "take_out",
    "tell_heads",
    "tell_opinions",
    "unshare_list",
]
