"""Settings of the police's door: officers who signed in with a second factor read, answer and ask.

It listens where the desk of another node would ([desk_listen]) and reads of ``keys/desk`` what it needs for
messages and second factors; the desk's private key, which opens reports, is not among it.
"""

from tutela.config import base, keys, node

_folder = node.home()
_config = node.load(_folder)
globals().update(base.shared(_config, _folder))
globals().update(base.sign_in(_config))

_keys = _folder / "keys" / "desk"
_prefix = "__Host-" if _config.https else ""
SESSION_COOKIE_NAME = f"{_prefix}police"
CSRF_COOKIE_NAME = f"{_prefix}police-form"
INSTALLED_APPS = base.POLICE_APPS
DATABASES = {"default": base.database_of(_config.database, _folder, made=True)}
SECRET_KEY = keys.read_secret(_keys / "web.key").hex()
TUTELA_RECORD_KEY = keys.read_secret(_keys / "record.key")
TUTELA_DOOR_BASE = "police/base.html"
ROOT_URLCONF = "tutela.doors.police.urls"
WSGI_APPLICATION = "tutela.config.web_police.application"
MIDDLEWARE = base.POLICE_MIDDLEWARE
TEMPLATES = base.templates(context=base.POLICE_CONTEXT)
STATIC_ROOT = _folder / "static" / "police"
ALLOWED_HOSTS = base.allowed_hosts(_config.desk_listen)
