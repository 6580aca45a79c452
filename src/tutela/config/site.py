"""Settings of the public site: can hand in a report, cannot read one.

It loads the tables of receipts and the ledger only, connects as the database role of the site, and reads
``keys/site`` only: peppers, the key of its forms, and the desk's *public* key.
"""

from tutela.config import base, keys, node

_folder = node.home()
_config = node.load(_folder)
globals().update(base.shared(_config, _folder))

_keys = _folder / "keys" / "site"
INSTALLED_APPS = [*base.APPS_BELOW_SITE, "django.contrib.staticfiles", "tutela.look", "tutela.doors.site"]
DATABASES = {"default": base.database_of(_config.site_database or _config.database, _folder, made=True)}
# A flood arrives here. Each thread keeps its connection: opening SQLite with its five pragmas takes as long
# as storing a report, and a pool is one more thing to wait for when PostgreSQL is away.
DATABASES["default"]["CONN_MAX_AGE"] = None
if DATABASES["default"]["OPTIONS"].pop("pool", None):
    # The same few statements again and again: PostgreSQL reads and plans each once for a connection. A pooler
    # between them that hands out another connection for each transaction could not keep that up.
    DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 2}
SECRET_KEY = keys.read_secret(_keys / "web.key").hex()
TUTELA_PEPPER_LOOKUP = keys.read_secret(_keys / "lookup.pepper")
TUTELA_PEPPER_KEY = keys.read_secret(_keys / "key.pepper")
TUTELA_FORM_KEY = keys.read_secret(_keys / "form.key")
TUTELA_DESK_PUBLIC_KEY = keys.read_key(_keys / "desk.public", 1216)
ROOT_URLCONF = "tutela.doors.site.urls"
WSGI_APPLICATION = "tutela.config.web_site.application"
MIDDLEWARE = base.SITE_MIDDLEWARE
TEMPLATES = base.templates(context=base.SITE_CONTEXT)
STATIC_ROOT = _folder / "static" / "site"
ALLOWED_HOSTS = base.allowed_hosts(_config.site)
"""No session, no sign-in, no user model: the site knows nobody."""
del globals()["AUTH_USER_MODEL"]
