"""A headshot that its person shows to their colleagues: seen by the organisation, written by the person."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from faceproof import tenancy


class Migration(migrations.Migration):
    dependencies = [("sittings", "0005_wishes")]

    operations = [
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("org_id", models.BigIntegerField()),
                ("subject_id", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.TextField()),
                ("expires_at", models.DateTimeField()),
                (
                    "headshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="publications",
                        to="sittings.headshot",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["org_id", "subject_id"], name="published_once_a_person")
                ],
            },
        ),
        *tenancy.protect_shared("sittings_publication"),
    ]
