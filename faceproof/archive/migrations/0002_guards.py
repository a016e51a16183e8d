"""Row-level security on all three tables, and triggers that refuse what must never happen to them.

Statement triggers, because they refuse even a statement that row-level security would have shown no rows;
``ENABLE ALWAYS``, so that not even a replication session passes. They hold for the owner of the tables too:
only somebody who alters the tables themselves gets around them.
"""

from django.db import migrations

from faceproof import tenancy

FUNCTION = """
CREATE FUNCTION archive_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% on % is
refused: it is evidence', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$;
"""


def refuse(table: str, operations: str) -> migrations.RunSQL:
    """Refuse ``operations`` (e.g. ``"DELETE OR TRUNCATE"``) on ``table`` to every role."""
    return migrations.RunSQL(
        f'CREATE TRIGGER evidence BEFORE {operations} ON "{table}"'
        " FOR EACH STATEMENT EXECUTE FUNCTION archive_refuse();"
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER evidence;',
        f'DROP TRIGGER evidence ON "{table}";',
    )


class Migration(migrations.Migration):
    dependencies = [("archive", "0001_initial")]

    operations = [
        *tenancy.protect("archive_storedobject"),
        *tenancy.protect("archive_subjectkey"),
        *tenancy.protect("archive_auditentry"),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION archive_refuse();"),
        refuse("archive_auditentry", "UPDATE OR DELETE OR TRUNCATE"),
        # The rows of erased objects and keys are the evidence of the erasure.
        refuse("archive_storedobject", "DELETE OR TRUNCATE"),
        refuse("archive_subjectkey", "DELETE OR TRUNCATE"),
    ]
