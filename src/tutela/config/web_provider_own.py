"""What the web server of the process ``provider_own`` runs: Django's WSGI application, behind the bridge."""

import os

from django.core.wsgi import get_wsgi_application

from tutela.config import bridge

os.environ["DJANGO_SETTINGS_MODULE"] = "tutela.config.provider_own"
application = get_wsgi_application()
served = bridge.of_door(application, "desk_listen")
