"""Settings of the test run: every room and door, fixed keys that no node may use, a throw-away database.

A door's tests put its own URLs and middleware in force with the fixtures of ``tutela.testing.plugin``.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tutela.config import base, handlers, node
from tutela.core.envelope import sealing

_folder = Path(tempfile.mkdtemp(prefix="tutela-tests-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
_config = node.parse(
    {
        "organisation": "Example Hotline",
        "contact": "desk@hotline.example.org",
        "mail": {"host": "127.0.0.1", "port": 1, "security": "none", "sender": "desk@hotline.example.org"},
        "desk": {"view_confirmed": "The tests answer for it."},
        "exchange": {"node": "hotline.example.org", "role": "hotline"},
        # Nobody listens there: a test that does not bring its own name server asks nobody outside.
        "checks": {"nameservers": ["127.0.0.1:9"], "rdap": ""},
    }
)
globals().update(base.shared(_config, _folder))
globals().update(base.sign_in(_config))
TUTELA = _config  # said again where the type checker sees it
TUTELA_HANDLERS = handlers.HANDLERS
TUTELA_HOME = _folder

INSTALLED_APPS = [*base.DESK_APPS, "tutela.doors.site", "tutela.doors.provider", "tutela.doors.partner"]
INSTALLED_APPS += ["tutela.doors.worker", "tutela.doors.police"]
DATABASES = {"default": base.database_of(os.environ.get("TUTELA_TEST_DATABASE_URL", ""), _folder)}
if "pool" in DATABASES["default"]["OPTIONS"]:
    # Each test process has one connection and drops its database at the end: no pool.
    DATABASES["default"]["OPTIONS"].pop("pool")
else:
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
SECRET_KEY = "for tests only, never for a node"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MIDDLEWARE = base.DESK_MIDDLEWARE
TUTELA_DOOR_BASE = "desk/base.html"
ROOT_URLCONF = "tutela.doors.desk.urls"
TEMPLATES = base.templates(context=base.DESK_CONTEXT)
FORM_RENDERER = "tutela.testing.rendering.form_renderer"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
STATIC_ROOT = _folder / "static"
STATIC_ROOT.mkdir()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TUTELA_PEPPER_LOOKUP = bytes(range(32))
TUTELA_PEPPER_KEY = bytes(range(32, 64))
TUTELA_FORM_KEY = bytes(range(64, 96))
TUTELA_RECORD_KEY = bytes(range(96, 128))
TUTELA_DESK_PRIVATE_KEY = sealing.private_key_from_seed(bytes(range(32)))
TUTELA_DESK_PUBLIC_KEY = sealing.public_key(TUTELA_DESK_PRIVATE_KEY)
