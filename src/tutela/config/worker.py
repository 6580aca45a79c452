"""Settings of the worker: holds the desk's private key, answers no request."""

from tutela.config import base, keys, node

_folder = node.home()
_config = node.load(_folder)
globals().update(base.shared(_config, _folder))
globals().update(base.sign_in(_config))

INSTALLED_APPS = [*base.APPS_ALL, "tutela.look", "tutela.doors.worker"]
DATABASES = {"default": base.database_of(_config.database, _folder, made=True)}
SECRET_KEY = keys.read_secret(_folder / "keys" / "desk" / "web.key").hex()
TUTELA_DESK_PRIVATE_KEY = keys.read_key(_folder / "keys" / "desk" / "desk.private", 96)
TUTELA_DESK_PUBLIC_KEY = keys.read_key(_folder / "keys" / "desk" / "desk.public", 1216)
TUTELA_RECORD_KEY = keys.read_secret(_folder / "keys" / "desk" / "record.key")
MIDDLEWARE = base.NO_REQUESTS_MIDDLEWARE
ROOT_URLCONF = "tutela.config.no_urls"
TEMPLATES = base.templates()
