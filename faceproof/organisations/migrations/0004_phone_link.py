"""Links that let a phone hand in a photo. Outside row-level security: they are opened by a browser that
nobody has signed in to, before any organisation is known (docs/threat-model.md)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0003_each_command")]

    operations = [
        migrations.CreateModel(
            name="PhoneLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("token_sha256", models.TextField(unique=True)),
                ("browser_sha256", models.TextField(default="")),
                ("org_id", models.BigIntegerField()),
                ("member_id", models.BigIntegerField()),
                ("user_id", models.BigIntegerField()),
                ("expires_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("sitting_id", models.UUIDField(null=True)),
            ],
        ),
    ]
