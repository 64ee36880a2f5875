"""Make the tables of a database, or bring them up to date: the command `database init`."""

import re
from collections.abc import Iterator
from importlib import resources

import psycopg
from psycopg import errors, sql

from tracker.config import DatabasePlace
from tracker.storage.database.connection import DatabaseConnection, connect
from tracker.storage.database.errors import as_os_error

READER_ROLE = "tracker_reader"
"""The role that may only read public data."""
LOCK_NUMBER = 7_420_118
"""The number of the lock in the database under which only one program makes tables."""
NEEDS = re.compile(r"^-- needs (\d+)$", re.M)


def make_tables(place: DatabasePlace) -> list[str]:
    """Make the schema of the area of `place`, its tables and its role, or what of them is missing.

    Return a sentence for each thing that was done. It may run again, and on several machines at the same time. Raises
    OSError if it cannot be done; then nothing was changed.
    """
    try:
        with connect(place) as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK_NUMBER,))
            name = sql.Identifier(place.schema)
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
            connection.execute(sql.SQL("SET LOCAL search_path TO {}, pg_catalog").format(name))
            done = [f"{place}: applied {title}" for title in _migrate(connection)]
            done += [f"{place}: {note}" for note in _grant(connection, place)]
    except psycopg.Error as error:
        raise as_os_error(error, place) from None
    return done or [f"{place}: up to date"]


def _migrations() -> Iterator[tuple[int, str, str]]:
    """Yield (version, name, SQL) for each migration, in order."""
    for file in sorted(resources.files("tracker.storage.database").joinpath("schema").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".sql"):
            yield int(file.name.partition("_")[0]), file.name, file.read_text("utf-8")


def _migrate(connection: DatabaseConnection) -> Iterator[str]:
    """Apply the migrations that were not applied yet. Yield their names."""
    found = connection.execute("SELECT to_regclass(current_schema() || '.schema_version') IS NOT NULL").fetchone()
    is_made = bool(found and found[0])
    query = "SELECT version FROM schema_version"
    applied = {row[0] for row in connection.execute(query).fetchall()} if is_made else set[int]()
    for version, name, text in _migrations():
        if version not in applied:
            connection.execute(text.encode())
            needs = NEEDS.search(text)
            given = (version, int(needs[1]) if needs else version)
            connection.execute("INSERT INTO schema_version (version, needs) VALUES (%s, %s)", given)
            yield name


def _grant(connection: DatabaseConnection, place: DatabasePlace) -> Iterator[str]:
    """Let the role of the area read and write, and the role for readers read if the area is public."""
    roles = {place.schema: "SELECT, INSERT, UPDATE, DELETE"}
    if place.area == "data":
        roles[READER_ROLE] = "SELECT"
    for role, rights in roles.items():
        if not _has_role(connection, role):
            yield f"there is no role {role}, and this user may not create one"
            continue
        names = {"schema": sql.Identifier(place.schema), "role": sql.Identifier(role)}
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {schema} TO {role}").format(**names))
        grant = sql.SQL("GRANT {rights} ON ALL TABLES IN SCHEMA {schema} TO {role}")
        connection.execute(grant.format(rights=sql.SQL(rights), **names))


def _has_role(connection: DatabaseConnection, role: str) -> bool:
    """Return whether there is a role of this name. If there is none, make it, if the user may."""
    query = "SELECT 1 FROM pg_roles WHERE rolname = %s"
    if connection.execute(query, (role,)).fetchone():
        return True
    try:
        # roles belong to all databases of a server: another database may make it at this moment
        with connection.transaction():
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    except (errors.DuplicateObject, errors.UniqueViolation):
        return True
    except errors.InsufficientPrivilege:
        return False
    return True
