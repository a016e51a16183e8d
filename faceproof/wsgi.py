"""The WSGI application that `faceproof serve` runs under granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceproof.settings")
application = get_wsgi_application()
