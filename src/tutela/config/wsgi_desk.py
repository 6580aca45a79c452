"""The WSGI application of the process ``desk``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "tutela.config.desk"
application = get_wsgi_application()
