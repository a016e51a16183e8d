"""Alive and able to reach the database: ``ok``, else 503. Says nothing else to strangers."""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse


def show(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except Error:
        return HttpResponse("database unreachable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
