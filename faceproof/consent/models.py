"""What a person agreed to, in which words, and when (R-055, R-056, R-078 … R-081)."""

from __future__ import annotations

from django.db import models


class Consent(models.Model):
    """One agreement to one dated text. Withdrawing sets a time; nothing is overwritten."""

    org_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()
    purpose = models.TextField()  # "headshot" | "marketing" | "adult"
    text_version = models.TextField()
    text_sha256 = models.TextField()
    language = models.TextField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["org_id", "subject_id", "purpose"])]

    def __str__(self) -> str:
        return f"consent {self.pk}"
