"""What the database knows about sealed things: ids, sizes and times. Never bytes, never keys, never names."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from faceproof.vault import erasure

LIVE = "live"


def _state_has_its_times() -> Q:
    """True when each state passed has its time, and none to come: the table itself allows no skipping."""
    allowed = Q(state=LIVE) & Q(**{f"{state}_at__isnull": True for state in erasure.ORDER})
    for position, state in enumerate(erasure.ORDER):
        times = {f"{each}_at__isnull": at > position for at, each in enumerate(erasure.ORDER)}
        allowed |= Q(state=state.value, **times)
    return allowed


class Erasable(models.Model):
    """Lives, then is erased: ``live`` or a state of `vault.erasure`, with the times of the states passed."""

    org_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()
    klass = models.TextField()  # "selfie" | "draft" | "headshot" | "audit"
    state = models.TextField(default=LIVE)
    created_at = models.DateTimeField(default=timezone.now)
    requested_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class StoredObject(Erasable):
    """One sealed object. The row stays after the erasure, as its evidence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key_id = models.UUIDField()
    blob = models.TextField(unique=True)  # name without the number of the part
    size = models.BigIntegerField()  # bytes of plaintext, all parts together
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["org_id", "subject_id", "klass", "state"], name="stored_of_subject"),
            models.Index(
                fields=["org_id"], name="stored_to_finish", condition=~Q(state__in=(LIVE, "verified"))
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=_state_has_its_times(), name="stored_state_has_its_times")
        ]

    def __str__(self) -> str:
        return f"{self.klass} {self.id}"


class SubjectKey(Erasable):
    """That a key exists (or existed). The key itself lies in the key store, outside of this database."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "subject_id", "klass"], condition=Q(state=LIVE), name="one_live_key_a_class"
            ),
            models.CheckConstraint(condition=_state_has_its_times(), name="key_state_has_its_times"),
        ]

    def __str__(self) -> str:
        return f"key {self.id}"


class AuditEntry(models.Model):
    """Something that was done. Written once: triggers refuse UPDATE, DELETE and TRUNCATE to every role.

    In the clear stand ids, a time and the name of the action. ``detail`` is sealed under the subject's
    audit key; when that key is destroyed the skeleton stays and the detail is unreadable for ever.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)  # the id that the seal binds
    org_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)  # organisations.Member.id; null is the installation itself
    action = models.TextField()
    object_id = models.UUIDField(null=True)
    sitting_id = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)
    key_id = models.UUIDField(null=True)
    detail = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["org_id", "subject_id", "id"], name="audit_of_subject"),
            models.Index(fields=["sitting_id"], name="audit_of_sitting"),
            models.Index(fields=["object_id"], name="audit_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.ref}"
