"""The WSGI application that `faceproof serve` runs under granian."""

import os

import cv2
from django.core.wsgi import get_wsgi_application

from faceproof.darkroom.hardening import harden

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceproof.settings")
harden()  # this process holds photos in transit: no core dump, no debugger of the same user
cv2.setNumThreads(1)  # fifty people have threads enough, and the same bytes come out whoever else is here
application = get_wsgi_application()
