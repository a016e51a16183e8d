"""Seeing an organisation or a membership is one thing, writing it another: one policy for each command."""

from django.db import migrations

from faceproof import tenancy


class Migration(migrations.Migration):
    dependencies = [("organisations", "0002_cache")]

    operations = [
        *tenancy.protect_organisation("organisations_organisation"),
        *tenancy.protect_member("organisations_member"),
    ]
