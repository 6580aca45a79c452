"""The addresses of getting in.

Of the sign-in library only what is named here exists: no sign-up, no e-mail pages, no reset by mail, no
trusted browsers. Its own names are kept because it reverses them; they stand outside any namespace, and so
does everything here. Include it at the root: ``path("", include("tutela.entry.urls"))``.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import path

from tutela.entry.access import anyone, setting_up, signed_in
from tutela.entry.recorded import recorded
from tutela.entry.views import demo, invitation, my_page, people

_sign_in = [
    path("sign-in/", anyone(account.login), name="account_login"),
    path("sign-in/second/", anyone(factors.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey/", anyone(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("sign-in/again/", setting_up(account.reauthenticate), name="account_reauthenticate"),
    path("sign-in/again/code/", signed_in(factors.reauthenticate), name="mfa_reauthenticate"),
    path(
        "sign-in/again/passkey/",
        signed_in(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("sign-out/", anyone(account.logout), name="account_logout"),
]

_one_time_links = [
    path("invitation/", invitation.accept, name="accept_invitation"),
    path("invitation/<str:token>/", invitation.show, name="invitation"),
    path("demo/", demo.use, name="use_sign_in_link"),
    path("demo/<str:token>/", demo.show, name="sign_in_link"),
]

_my_account = [
    path("account/", my_page.show, name="mfa_index"),
    path("account/language/", my_page.choose_language, name="choose_language"),
    path("account/password/", signed_in(account.password_change), name="account_change_password"),
    path("account/app/", setting_up(recorded(app.activate_totp)), name="mfa_activate_totp"),
    path("account/app/remove/", signed_in(recorded(app.deactivate_totp)), name="mfa_deactivate_totp"),
    path("account/passkeys/", signed_in(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("account/passkeys/add/", setting_up(recorded(passkeys.add_webauthn)), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/", signed_in(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path(
        "account/passkeys/<int:pk>/remove/",
        signed_in(recorded(passkeys.remove_webauthn)),
        name="mfa_remove_webauthn",
    ),
    path("account/recovery-codes/", signed_in(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "account/recovery-codes/new/",
        signed_in(recorded(recovery.generate_recovery_codes)),
        name="mfa_generate_recovery_codes",
    ),
]

_people = [
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/invitations/<uuid:invitation_id>/withdraw/", people.withdraw, name="withdraw_invitation"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("people/<uuid:person_id>/role/", people.change_role, name="change_role"),
    path("people/<uuid:person_id>/deactivate/", people.deactivate, name="deactivate_person"),
    path("people/<uuid:person_id>/reset/", people.reset, name="reset_second_factor"),
    path("people/<uuid:person_id>/back/", people.let_back_in, name="let_back_in"),
]

urlpatterns = [*_sign_in, *_one_time_links, *_my_account, *_people]
