"""The product's WSGI application with its static files in front, for a server that a test starts."""

from django.contrib.staticfiles.handlers import StaticFilesHandler

from faceproof.wsgi import application as product

application = StaticFilesHandler(product)
