"""Roles, databases and connection strings of the embedded server."""

from __future__ import annotations

import os

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from faceproof.launcher.cluster import SUPERUSER, ClusterError
from faceproof.launcher.places import Places, private_file, secret

OWNER, APP = "faceproof_owner", "faceproof_app"
DATABASE = "faceproof"
RIGHTS = (("SELECT, INSERT, UPDATE, DELETE", "TABLES"), ("USAGE, SELECT", "SEQUENCES"))


def conninfo(places: Places, role: str, database: str = DATABASE) -> str:
    """A libpq connection string for `role` ("postgres", "faceproof_owner" or "faceproof_app")."""
    try:
        password = places.password(role).read_text().strip()
    except FileNotFoundError:
        raise ClusterError(f"the embedded database below {places.home} was never started") from None
    return make_conninfo(host=str(places.run), port=5432, user=role, password=password, dbname=database)


def ensure(places: Places) -> None:
    """Create the two roles and the database if they are missing, or set a password whose file was lost.

    `places.prepared` marks that this is done, so that a warm start need not ask; to have it done again,
    remove that file.
    """
    with psycopg.connect(conninfo(places, SUPERUSER, "postgres"), autocommit=True) as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, APP):
            password, made_now = secret(places.password(role))
            if role in known and not made_now:
                continue
            verb = sql.SQL("ALTER" if role in known else "CREATE")
            connection.execute(
                sql.SQL(
                    "{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}"
                ).format(verb, sql.Identifier(role), sql.Literal(password))
            )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            create_database(places, DATABASE, "template0")
    os.close(private_file(places.prepared))


def create_database(places: Places, name: str, template: str = DATABASE) -> None:
    """A database owned by `faceproof_owner` in which the application role can use what the owner makes.

    It gets its name last, so that a database found under that name is complete.
    """
    work, final = sql.Identifier(name + ".new"), sql.Identifier(name)
    owner, app = sql.Identifier(OWNER), sql.Identifier(APP)
    with psycopg.connect(conninfo(places, SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(work))
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(work, owner, sql.Identifier(template))
        )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(work))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(work, app))
        if template == "template0":  # any other template brings them along
            _default_privileges(places, name + ".new")
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(work, final))


def _default_privileges(places: Places, database: str) -> None:
    grant = sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT {} ON {} TO {}")
    owner, app = sql.Identifier(OWNER), sql.Identifier(APP)
    with psycopg.connect(conninfo(places, SUPERUSER, database), autocommit=True) as connection:
        for rights, things in RIGHTS:
            connection.execute(grant.format(owner, sql.SQL(rights), sql.SQL(things), app))
