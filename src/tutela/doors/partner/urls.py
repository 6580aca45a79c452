"""The addresses of the partners' door (spec/protocol.md, "HTTP")."""

from django.urls import path

from tutela.doors.partner.views import inbox, mailbox, plain

urlpatterns = [
    path("exchange/v1/inbox", inbox.inbox, name="inbox"),
    path("exchange/v1/rotation", inbox.rotation, name="rotation"),
    path("exchange/v1/mailbox/<str:node>", mailbox.mailbox, name="mailbox"),
    path("exchange/v1/mailbox/<str:node>/<uuid:boxed_id>", mailbox.boxed, name="boxed"),
    path(".well-known/tutela", plain.description, name="description"),
    path("robots.txt", plain.robots, name="robots"),
    path("health", plain.health, name="health"),
]

handler400 = "tutela.doors.partner.views.plain.bad_request"
handler403 = "tutela.doors.partner.views.plain.not_found"
handler404 = "tutela.doors.partner.views.plain.not_found"
handler500 = "tutela.doors.partner.views.plain.broken"
