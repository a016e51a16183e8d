"""The table of the shared cache: login limits count in it, so they hold across processes and restarts
(R-100)."""

from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    call_command("createcachetable", database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial")]

    operations = [
        migrations.RunPython(
            create, lambda apps, editor: editor.execute("DROP TABLE IF EXISTS faceproof_cache")
        )
    ]
