"""Settings of the desk: analysts, coordinators, welfare lead, auditors; sign-in with a second factor."""

from tutela.config import base, keys, node

_folder = node.home()
_config = node.load(_folder)
globals().update(base.shared(_config, _folder))
globals().update(base.sign_in(_config))

_keys = _folder / "keys" / "desk"
INSTALLED_APPS = base.DESK_APPS
DATABASES = {"default": base.database_of(_config.database, _folder, made=True)}
SECRET_KEY = keys.read_secret(_keys / "web.key").hex()
TUTELA_DESK_PRIVATE_KEY = keys.read_key(_keys / "desk.private", 96)
TUTELA_DESK_PUBLIC_KEY = keys.read_key(_keys / "desk.public", 1216)
TUTELA_RECORD_KEY = keys.read_secret(_keys / "record.key")
TUTELA_DOOR_BASE = "desk/base.html"
ROOT_URLCONF = "tutela.doors.desk.urls"
WSGI_APPLICATION = "tutela.config.web_desk.application"
MIDDLEWARE = base.DESK_MIDDLEWARE
TEMPLATES = base.templates(context=base.DESK_CONTEXT)
STATIC_ROOT = _folder / "static" / "desk"
ALLOWED_HOSTS = base.allowed_hosts(_config.desk_listen)
