"""What the desk says for a code of law: why somebody departs from the route, why it may look or not."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUNDS: Mapping[str, Promise] = {
    "agreed_with_partner": _("It is agreed with the partner"),
    "no_partner_answers": _("No partner answers"),
    "urgent": _("It cannot wait"),
    "law_read_wrongly": _("The law is read wrongly here"),
    "other": _("Another reason"),
}

VIEWING: Mapping[str, Promise] = {
    "law_forbids": _("The law of this country does not allow a hotline to view material."),
    "switched_off": _("Your organisation decided that nobody here views material."),
    "law_allows": _("The law of this country allows a hotline to view material."),
    "person_confirmed": _(
        "No law that was read allows it plainly; a person of your organisation answers for viewing."
    ),
    "nobody_confirmed": _(
        "No law that was read allows a hotline here to view material, and nobody of your organisation has "
        "answered for it. Unknown is not permission."
    ),
}
