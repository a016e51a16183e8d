"""First tables, each under forced row-level security."""

from django.db import migrations, models

from faceproof import tenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("org_id", models.BigIntegerField()),
                ("subject_id", models.BigIntegerField()),
                ("purpose", models.TextField()),
                ("text_version", models.TextField()),
                ("text_sha256", models.TextField()),
                ("language", models.TextField()),
                ("given_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["org_id", "subject_id", "purpose"], name="consent_con_org_id_817b71_idx"
                    )
                ],
            },
        ),
        *tenancy.protect("consent_consent"),
    ]
