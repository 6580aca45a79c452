"""Settings of the partners' door: takes what is sealed and signed, with rights on the exchange's tables only.

It reads no folder of private keys: what it needs to verify are public keys, and those stand in the database.
"""

import secrets

from tutela.config import base, node
from tutela.core.protocol import batches

_folder = node.home()
_config = node.load(_folder)
globals().update(base.shared(_config, _folder))

INSTALLED_APPS = [*base.APPS_BELOW_PROVIDER, "tutela.doors.partner"]
DATABASES = {"default": base.database_of(_config.partner_database or _config.database, _folder, made=True)}
# Nothing here is signed by Django, kept in a session or sent as a cookie.
SECRET_KEY = secrets.token_hex(32)
ROOT_URLCONF = "tutela.doors.partner.urls"
WSGI_APPLICATION = "tutela.config.web_partner.application"
MIDDLEWARE = base.PARTNER_MIDDLEWARE
TEMPLATES = base.templates()
DATA_UPLOAD_MAX_MEMORY_SIZE = batches.MOST_BYTES
APPEND_SLASH = False
ALLOWED_HOSTS = base.allowed_hosts(_config.partner_listen, _config.exchange.url)
