"""Of several photos: which one was used, and why, as numbers of photos and codes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sittings", "0002_no_measures_in_the_clear")]

    operations = [migrations.AddField("sitting", "choice", models.JSONField(null=True))]
