"""The WSGI application of the process ``provider``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "tutela.config.provider"
application = get_wsgi_application()
