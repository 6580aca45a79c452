"""Settings of the commands: migrations, doctor, backup. Sees every table, holds no key."""

from tutela.config import base, node

_folder = node.home()
_config = node.load(_folder)
globals().update(base.shared(_config, _folder))
globals().update(base.sign_in(_config))

INSTALLED_APPS = base.APPS_ALL
DATABASES = {"default": base.database_of(_config.database, _folder)}
SECRET_KEY = "the commands sign nothing"  # noqa: S105 - never signs; every web process has its own key file
MIDDLEWARE = base.NO_REQUESTS_MIDDLEWARE
ROOT_URLCONF = "tutela.config.no_urls"
