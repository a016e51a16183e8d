"""A switch of the account: the mail a week before headshots are deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0004_phone_link")]

    operations = [
        migrations.AddField("user", "reminders", models.BooleanField(default=True)),
    ]
