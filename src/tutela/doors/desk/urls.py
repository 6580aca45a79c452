"""The addresses of the desk. Nothing that was reported ever stands in one: items are named by their ids."""

from __future__ import annotations

from django.urls import include, path

from tutela.doors.desk.views import (
    assess,
    audit,
    clock,
    contacts,
    decide,
    item,
    notices,
    overview,
    providers,
    queue,
    together,
)

desk = (
    [
        path("", queue.home, name="home"),
        path("queue/", queue.queue, name="queue"),
        path("queue/find/", queue.search, name="search"),
        path("queue/next/", queue.next_item, name="next"),
        path("items/<uuid:item_id>/", item.item, name="item"),
        path("items/<uuid:item_id>/claim/", item.claim, name="claim"),
        path("items/<uuid:item_id>/release/", item.release, name="release"),
        path("items/<uuid:item_id>/give/", item.reassign, name="reassign"),
        path("items/<uuid:item_id>/reopen/", item.reopen, name="reopen"),
        path("items/<uuid:item_id>/unhold/", item.release_hold, name="release_hold"),
        path("items/<uuid:item_id>/plain/", item.reveal, name="reveal"),
        path("items/<uuid:item_id>/words/", item.words, name="words"),
        path("items/<uuid:item_id>/look/", item.look, name="look"),
        path("items/<uuid:item_id>/contact/", item.name_contact, name="name_contact"),
        path("items/<uuid:item_id>/assess/", assess.assess, name="assess"),
        path("items/<uuid:item_id>/forward/", assess.forward, name="forward"),
        path("items/<uuid:item_id>/decide/", decide.decide, name="decide"),
        path("items/<uuid:item_id>/undo/", decide.undo, name="undo"),
        path("items/<uuid:item_id>/together/host/", together.on_host, name="on_host"),
        path("items/<uuid:item_id>/together/<uuid:report_id>/", together.in_report, name="in_report"),
        path("clock/", clock.mine, name="clock"),
        path("clock/beat/", clock.beat, name="beat"),
        path("clock/leave/", clock.leave, name="leave"),
        path("clock/enough/", clock.stopped, name="stopped"),
        path("welfare/", clock.of_all, name="clock_of_all"),
        path("notices/", notices.notices, name="notices"),
        path("notices/<uuid:notice_id>/", notices.notice, name="notice"),
        path("notices/<uuid:notice_id>/again/", notices.retry, name="retry"),
        path("notices/<uuid:notice_id>/bounced/", notices.bounced, name="bounced"),
        path("answers/<uuid:answer_id>/read/", notices.read_answer, name="read_answer"),
        path("answers/<uuid:answer_id>/settle/", notices.settle, name="settle"),
        path("contacts/", contacts.contacts, name="contacts"),
        path("contacts/<uuid:contact_id>/approve/", contacts.approve, name="approve_contact"),
        path("contacts/<uuid:contact_id>/refuse/", contacts.refuse, name="refuse_contact"),
        path("providers/", providers.providers, name="providers"),
        path("providers/new/", providers.provider, name="provider_new"),
        path("providers/<uuid:provider_id>/", providers.provider, name="provider"),
        path("overview/", overview.overview, name="overview"),
        path("audit/", audit.audit, name="audit"),
        path("audit/verify/", audit.verify, name="verify"),
        path("audit/export/", audit.export, name="export"),
    ],
    "desk",
)

urlpatterns = [
    path("", include(desk)),
    path("", include("tutela.doors.desk.entry.urls")),
]
