"""What the web server of the process ``partner`` runs: Django's WSGI application, behind the bridge."""

import os

from django.core.wsgi import get_wsgi_application

from tutela.config import bridge

os.environ["DJANGO_SETTINGS_MODULE"] = "tutela.config.partner"
application = get_wsgi_application()
# Sixteen bodies of sixteen megabytes are what this door holds while they come in.
served = bridge.of_door(application, "partner_listen", most_incomplete=16)
