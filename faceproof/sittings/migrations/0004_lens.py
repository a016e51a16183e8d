"""What the person wishes for the perspective of a close photo, kept until the photo is developed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sittings", "0003_choice")]

    operations = [migrations.AddField("sitting", "lens", models.FloatField(null=True))]
