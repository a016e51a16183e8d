"""First tables, each under forced row-level security."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from faceproof import tenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Sitting",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("org_id", models.BigIntegerField()),
                ("subject_id", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("custody", models.TextField()),
                ("engine", models.TextField()),
                ("styles", models.JSONField(default=list)),
                ("state", models.TextField(default="developing")),
                ("attempt", models.UUIDField(null=True)),
                ("attempts", models.IntegerField(default=0)),
                ("refusals", models.JSONField(default=list)),
                ("warnings", models.JSONField(default=list)),
                ("fault", models.TextField(default="")),
                ("held_ms", models.IntegerField(null=True)),
                ("job_id", models.BigIntegerField(null=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["org_id", "subject_id", "-created_at"], name="sittings_si_org_id_db5b53_idx"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Selfie",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("org_id", models.BigIntegerField()),
                ("subject_id", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("object_id", models.UUIDField()),
                ("declared", models.TextField(default="")),
                ("expires_at", models.DateTimeField()),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="sittings.sitting",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("org_id", models.BigIntegerField()),
                ("subject_id", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("object_id", models.UUIDField()),
                ("style", models.TextField()),
                ("engine", models.TextField()),
                ("source_type", models.TextField()),
                ("width", models.IntegerField()),
                ("height", models.IntegerField()),
                ("largest", models.JSONField(default=dict)),
                ("report", models.JSONField(default=dict)),
                ("expires_at", models.DateTimeField()),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="sittings.sitting",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sitting", "style"), name="proof_once_a_style")
                ],
            },
        ),
        migrations.CreateModel(
            name="Headshot",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("org_id", models.BigIntegerField()),
                ("subject_id", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("object_id", models.UUIDField()),
                ("style", models.TextField()),
                ("engine", models.TextField()),
                ("source_type", models.TextField()),
                ("width", models.IntegerField()),
                ("height", models.IntegerField()),
                ("largest", models.JSONField(default=dict)),
                ("developed_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="sittings.sitting",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sitting", "style"), name="headshot_once_a_style")
                ],
            },
        ),
        *tenancy.protect("sittings_sitting"),
        *tenancy.protect("sittings_selfie"),
        *tenancy.protect("sittings_proof"),
        *tenancy.protect("sittings_headshot"),
    ]
