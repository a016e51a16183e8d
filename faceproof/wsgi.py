"""The WSGI application that `faceproof serve` runs under granian."""

import os

from django.core.wsgi import get_wsgi_application

from faceproof.darkroom.hardening import harden

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceproof.settings")
harden()  # this process holds photos in transit: no core dump, no debugger of the same user
application = get_wsgi_application()
