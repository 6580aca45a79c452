"""Settings of a provider's own node: its people signed in with a second factor answer what partners ask.

It listens where the desk of another node would ([desk_listen]). The process ``provider`` of a hotline, behind
whose one-time links abuse desks answer without an account, is another one and shares nothing with it.
"""

from tutela.config import base, keys, node

_folder = node.home()
_config = node.load(_folder)
globals().update(base.shared(_config, _folder))
globals().update(base.sign_in(_config))

_keys = _folder / "keys" / "desk"
_prefix = "__Host-" if _config.https else ""
SESSION_COOKIE_NAME = f"{_prefix}provider"
CSRF_COOKIE_NAME = f"{_prefix}provider-form"
INSTALLED_APPS = base.PROVIDER_OWN_APPS
DATABASES = {"default": base.database_of(_config.database, _folder, made=True)}
SECRET_KEY = keys.read_secret(_keys / "web.key").hex()
TUTELA_RECORD_KEY = keys.read_secret(_keys / "record.key")
TUTELA_DOOR_BASE = "provider/own_base.html"
ROOT_URLCONF = "tutela.doors.provider.own.urls"
WSGI_APPLICATION = "tutela.config.web_provider_own.application"
MIDDLEWARE = base.SIGNED_IN_MIDDLEWARE
TEMPLATES = base.templates(context=base.DESK_CONTEXT)
STATIC_ROOT = _folder / "static" / "provider_own"
ALLOWED_HOSTS = base.allowed_hosts(_config.desk_listen)
