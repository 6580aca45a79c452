"""Settings that every process shares. A process's own module adds its door, its rights and its keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from tutela.config import entry, handlers, node

PACKAGE = Path(__file__).resolve().parent.parent


def database_of(url: str, folder: Path, *, made: bool = False) -> dict[str, Any]:
    """Return Django's ``DATABASES['default']`` for a URL, or for SQLite in ``folder`` when empty.

    Args:
        made: the database must be there. SQLite would otherwise make an empty file where a disk is not
            mounted yet, and a door would go on with that one after the right one came back.
    """
    if not url:
        path = folder / "tutela.sqlite3"
        return {
            "ENGINE": "tutela.config.sqlite",
            "NAME": f"file:{quote(str(path))}?mode=rw" if made else path,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    "PRAGMA secure_delete=ON;"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise node.BadConfiguration("database must be empty (SQLite) or start with postgresql://")
    # What runs often keeps its plan at the server (apps.ledger.rows); Django's own statements do not.
    options: dict[str, Any] = {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}, "prepare_threshold": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        # A connection that died with the server, or slept too long, is noticed before it is used.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def shared(config: node.NodeConfig, folder: Path) -> dict[str, Any]:
    """Return the settings that do not differ between processes."""
    return {
        "TUTELA": config,
        "TUTELA_HANDLERS": handlers.HANDLERS,
        "TUTELA_HOME": folder,
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "USE_I18N": True,
        "LANGUAGE_CODE": config.languages[0],
        "LANGUAGES": [(code, LANGUAGE_NAMES.get(code, code)) for code in config.languages],
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "AUTH_USER_MODEL": "accounts.Person",
        "DEBUG": False,
        "LOGGING_CONFIG": "tutela.config.logs.configure",
        "LOGGING": {"level": "WARNING"},
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if config.trusted_proxies else None,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 1_000_000,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 200,
        "DATA_UPLOAD_MAX_NUMBER_FILES": 0,
        "FILE_UPLOAD_HANDLERS": [],
        "STATIC_URL": "/static/",
        "X_FRAME_OPTIONS": "DENY",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "no-referrer",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
        },
    }


LANGUAGE_NAMES = {"en": "English", "ka": "ქართული", "ar": "العربية"}

APPS_BELOW_SITE = ["tutela.apps.ledger", "tutela.apps.receipts"]
APPS_ALL = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "tutela.apps.ledger",
    "tutela.apps.accounts",
    "tutela.apps.receipts",
    "tutela.apps.cases",
    "tutela.apps.hashbank",
    "tutela.apps.exchange",
    "tutela.apps.notices",
    "tutela.apps.referrals",
    "tutela.apps.requests",
]
APPS_BELOW_PROVIDER = [name for name in APPS_ALL if name != "allauth.account"]


def apps_behind_sign_in(door: str) -> list[str]:
    """Return the applications of a process whose people sign in: its door's pages before the library's."""
    return [
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "tutela.look",
        "tutela.entry",
        door,
        *[name for name in APPS_ALL if not name.startswith("django.")],
    ]


DESK_APPS = apps_behind_sign_in("tutela.doors.desk")
POLICE_APPS = apps_behind_sign_in("tutela.doors.police")
PROVIDER_OWN_APPS = apps_behind_sign_in("tutela.doors.provider")

SITE_MIDDLEWARE = [
    "tutela.config.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
]
PROVIDER_MIDDLEWARE = [
    "tutela.config.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
]
PARTNER_MIDDLEWARE = ["tutela.config.headers.SecurityHeaders"]
SIGNED_IN_MIDDLEWARE = [
    "tutela.config.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tutela.entry.middleware.SecondFactor",
    "tutela.entry.middleware.DeclaredAccess",
]
DESK_MIDDLEWARE = [*SIGNED_IN_MIDDLEWARE, "tutela.doors.desk.middleware.ExposureClock"]
POLICE_MIDDLEWARE = SIGNED_IN_MIDDLEWARE
NO_REQUESTS_MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
"""For processes that answer no request: the sign-in library does not start without it, whoever asks."""
_CONTEXT = ["django.template.context_processors.request", "django.template.context_processors.i18n"]
SITE_CONTEXT = _CONTEXT
PROVIDER_CONTEXT = _CONTEXT
PARTNER_CONTEXT: list[str] = []
DESK_CONTEXT = [
    *_CONTEXT,
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "tutela.entry.context.door",
]
POLICE_CONTEXT = DESK_CONTEXT


def templates(context: list[str] | None = None) -> list[dict[str, Any]]:
    """Return Django's ``TEMPLATES``: application folders, cached loader."""
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [],
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        ["django.template.loaders.app_directories.Loader"],
                    )
                ],
                "context_processors": context or [],
            },
        }
    ]


def allowed_hosts(listen: node.Listen, *others: str) -> list[str]:
    """Return the names under which a process answers: its configured addresses and loopback."""
    names = ["localhost", "127.0.0.1", "[::1]"]
    for url in (listen.url, *others):
        if url:
            names.insert(0, urlsplit(url).hostname or "localhost")
    return names


def sign_in(config: node.NodeConfig) -> dict[str, Any]:
    """Return the settings of sign-in, which stand in a file of their own."""
    return entry.sign_in(config)
