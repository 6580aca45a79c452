"""Settings of the providers' door: answers to notices by one-time link, with rights on the notices only."""

from tutela.config import base, keys, node

_folder = node.home()
_config = node.load(_folder)
globals().update(base.shared(_config, _folder))

_keys = _folder / "keys" / "provider"
INSTALLED_APPS = [
    *base.APPS_BELOW_PROVIDER,
    "django.contrib.staticfiles",
    "tutela.look",
    "tutela.doors.provider",
]
DATABASES = {"default": base.database_of(_config.provider_database or _config.database, _folder, made=True)}
SECRET_KEY = keys.read_secret(_keys / "web.key").hex()
TUTELA_DESK_PUBLIC_KEY = keys.read_key(_keys / "desk.public", 1216)
ROOT_URLCONF = "tutela.doors.provider.urls"
WSGI_APPLICATION = "tutela.config.web_provider.application"
MIDDLEWARE = base.PROVIDER_MIDDLEWARE
TEMPLATES = base.templates(context=base.PROVIDER_CONTEXT)
# Behind a reverse proxy this door has /n/ of the public name, so its style and script live there too.
STATIC_URL = "/n/static/"
STATIC_ROOT = _folder / "static" / "provider"
ALLOWED_HOSTS = base.allowed_hosts(_config.provider)
