"""The WSGI application of the process ``site``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "tutela.config.site"
application = get_wsgi_application()
