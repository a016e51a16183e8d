"""Stored objects, the keys they are under, and the audit trail."""

import uuid

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("org_id", models.BigIntegerField()),
                ("subject_id", models.BigIntegerField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("action", models.TextField()),
                ("object_id", models.UUIDField(null=True)),
                ("sitting_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("key_id", models.UUIDField(null=True)),
                ("detail", models.BinaryField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["org_id", "subject_id", "id"], name="audit_of_subject"),
                    models.Index(fields=["sitting_id"], name="audit_of_sitting"),
                    models.Index(fields=["object_id"], name="audit_of_object"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredObject",
            fields=[
                ("org_id", models.BigIntegerField()),
                ("subject_id", models.BigIntegerField()),
                ("klass", models.TextField()),
                ("state", models.TextField(default="live")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("requested_at", models.DateTimeField(null=True)),
                ("hidden_at", models.DateTimeField(null=True)),
                ("destroyed_at", models.DateTimeField(null=True)),
                ("verified_at", models.DateTimeField(null=True)),
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("key_id", models.UUIDField()),
                ("blob", models.TextField(unique=True)),
                ("size", models.BigIntegerField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["org_id", "subject_id", "klass", "state"], name="stored_of_subject"),
                    models.Index(
                        condition=models.Q(("state__in", ("live", "verified")), _negated=True),
                        fields=["org_id"],
                        name="stored_to_finish",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "live"),
                                ("destroyed_at__isnull", True),
                                ("hidden_at__isnull", True),
                                ("requested_at__isnull", True),
                                ("verified_at__isnull", True),
                            ),
                            models.Q(
                                ("destroyed_at__isnull", True),
                                ("hidden_at__isnull", True),
                                ("requested_at__isnull", False),
                                ("state", "requested"),
                                ("verified_at__isnull", True),
                            ),
                            models.Q(
                                ("destroyed_at__isnull", True),
                                ("hidden_at__isnull", False),
                                ("requested_at__isnull", False),
                                ("state", "hidden"),
                                ("verified_at__isnull", True),
                            ),
                            models.Q(
                                ("destroyed_at__isnull", False),
                                ("hidden_at__isnull", False),
                                ("requested_at__isnull", False),
                                ("state", "destroyed"),
                                ("verified_at__isnull", True),
                            ),
                            models.Q(
                                ("destroyed_at__isnull", False),
                                ("hidden_at__isnull", False),
                                ("requested_at__isnull", False),
                                ("state", "verified"),
                                ("verified_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="stored_state_has_its_times",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SubjectKey",
            fields=[
                ("org_id", models.BigIntegerField()),
                ("subject_id", models.BigIntegerField()),
                ("klass", models.TextField()),
                ("state", models.TextField(default="live")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("requested_at", models.DateTimeField(null=True)),
                ("hidden_at", models.DateTimeField(null=True)),
                ("destroyed_at", models.DateTimeField(null=True)),
                ("verified_at", models.DateTimeField(null=True)),
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "live")),
                        fields=("org_id", "subject_id", "klass"),
                        name="one_live_key_a_class",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "live"),
                                ("destroyed_at__isnull", True),
                                ("hidden_at__isnull", True),
                                ("requested_at__isnull", True),
                                ("verified_at__isnull", True),
                            ),
                            models.Q(
                                ("destroyed_at__isnull", True),
                                ("hidden_at__isnull", True),
                                ("requested_at__isnull", False),
                                ("state", "requested"),
                                ("verified_at__isnull", True),
                            ),
                            models.Q(
                                ("destroyed_at__isnull", True),
                                ("hidden_at__isnull", False),
                                ("requested_at__isnull", False),
                                ("state", "hidden"),
                                ("verified_at__isnull", True),
                            ),
                            models.Q(
                                ("destroyed_at__isnull", False),
                                ("hidden_at__isnull", False),
                                ("requested_at__isnull", False),
                                ("state", "destroyed"),
                                ("verified_at__isnull", True),
                            ),
                            models.Q(
                                ("destroyed_at__isnull", False),
                                ("hidden_at__isnull", False),
                                ("requested_at__isnull", False),
                                ("state", "verified"),
                                ("verified_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="key_state_has_its_times",
                    ),
                ],
            },
        ),
    ]
