"""What a person wishes for a picture (retouch, crop), which the exit applies each time it is cut; and what
they answered when a check asked back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sittings", "0004_lens")]

    operations = [
        migrations.AddField("sitting", "answer", models.JSONField(default=dict)),
        migrations.AddField("proof", "wish", models.JSONField(default=dict)),
        migrations.AddField("headshot", "wish", models.JSONField(default=dict)),
    ]
