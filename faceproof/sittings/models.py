"""A sitting and what comes out of it. Pictures themselves are sealed in the `archive`; rows hold ids,
states, dates.

States are plain text and change only by a conditional UPDATE whose row count decides (see `flow`):

``developing`` a photo is being worked on, and proofs appear · ``asking`` the person is asked something about
it, while it is held in memory · ``waiting`` it is sealed and queued · ``ready`` all proofs are there ·
``refused`` the photo cannot be used (``refusals``) · ``failed`` the engine could not (``fault``)
"""

from __future__ import annotations

import uuid

from django.db import models

DEVELOPING, ASKING, WAITING = "developing", "asking", "waiting"
READY, REFUSED, FAILED = "ready", "refused", "failed"


class OfSubject(models.Model):
    """The columns that row-level security looks at."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Sitting(OfSubject):
    """One photo on its way, or all the way; or the best of several."""

    custody = models.TextField()  # "transit" | "sealed"
    engine = models.TextField()  # address, "studio:"
    styles = models.JSONField(default=list)
    state = models.TextField(default=DEVELOPING)
    attempt = models.UUIDField(null=True)  # token of the attempt whose results count
    attempts = models.IntegerField(default=0)
    lens = models.FloatField(null=True)  # wish for a close photo: None automatic, 0 off, up to 1 by hand
    refusals = models.JSONField(default=list)  # finding codes
    warnings = models.JSONField(default=list)
    fault = models.TextField(default="")  # a code in `faults`
    choice = models.JSONField(null=True)  # of several photos: `darkroom.Choice.codes`
    answer = models.JSONField(default=dict)  # "anyway": true; "face": [x, y], shares of the photo's size
    held_ms = models.IntegerField(null=True)  # how long a selfie in transit was in memory
    job_id = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["org_id", "subject_id", "-created_at"])]

    def __str__(self) -> str:
        return f"sitting {self.pk}"

    @property
    def open(self) -> bool:
        """Whether something is still going to happen."""
        return self.state in (DEVELOPING, WAITING)


class Picture(OfSubject):
    """What the three kinds of kept pictures have in common: a sealed object of a sitting, and its date."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="%(class)ss")
    object_id = models.UUIDField()  # archive.StoredObject
    expires_at = models.DateTimeField()

    class Meta:
        abstract = True


class Selfie(Picture):
    """A kept photo (`sealed` custody only)."""

    declared = models.TextField(default="")  # content type as the sender claimed it

    def __str__(self) -> str:
        return f"selfie {self.pk}"


class Proof(Picture):
    """One look of one sitting, to choose from."""

    style = models.TextField()
    engine = models.TextField()
    source_type = models.TextField()
    width = models.IntegerField()  # px of the master
    height = models.IntegerField()
    largest = models.JSONField(default=dict)  # format name → [w, h], the largest true size in px
    wish = models.JSONField(default=dict)  # `finishing.Wish` as plain values; empty: as made

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sitting", "style"], name="proof_once_a_style")]

    def __str__(self) -> str:
        return f"proof {self.pk}"


class Headshot(Picture):
    """A chosen proof, re-sealed under the subject's headshot key, to be downloaded until ``expires_at``."""

    style = models.TextField()
    engine = models.TextField()
    source_type = models.TextField()
    width = models.IntegerField()
    height = models.IntegerField()
    largest = models.JSONField(default=dict)
    wish = models.JSONField(default=dict)
    developed_at = models.DateTimeField()  # when the proof was made: the date in its marks

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sitting", "style"], name="headshot_once_a_style")]

    def __str__(self) -> str:
        return f"headshot {self.pk}"


class Publication(OfSubject):
    """The headshot that a person shows to the colleagues of their organisation, one at a time. It goes with
    the headshot, whatever ends that."""

    headshot = models.ForeignKey(Headshot, on_delete=models.CASCADE, related_name="publications")
    name = models.TextField()  # as the person typed it there
    expires_at = models.DateTimeField()  # of the headshot, whose row colleagues do not see

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "subject_id"], name="published_once_a_person")
        ]

    def __str__(self) -> str:
        return f"publication {self.pk}"
