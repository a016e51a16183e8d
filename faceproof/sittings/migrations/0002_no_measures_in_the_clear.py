"""What the engine measured of a face lies in the sealed master and nowhere else."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sittings", "0001_initial")]

    operations = [migrations.RemoveField("proof", "report")]
