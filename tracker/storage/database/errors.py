"""What can go wrong with a database, each with a sentence. Only a storage that is in a database imports this module."""

import errno
import re
from enum import Enum

import psycopg
from psycopg import errors
from psycopg_pool import PoolTimeout

from tracker.config import DatabasePlace
from tracker.model.labels import N_
from tracker.storage.failures import DatabaseUnavailable

INIT_COMMAND = "python -m tracker database init"

_NO_TABLES = N_(
    "The tables of the database are missing or older than this dashboard; "
    "the person who runs it has to run: python -m tracker database init"
)


class DatabaseProblem(Enum):
    """What can be wrong: the number of the error, why as a part of a sentence, and the sentence for the dashboard."""

    AWAY = (
        errno.EHOSTUNREACH,
        "the database cannot be reached",
        N_("The database cannot be reached now; try again in a minute."),
    )
    SILENT = (
        errno.ETIMEDOUT,
        "the database does not answer",
        N_("The database does not answer now; try again in a minute."),
    )
    BUSY = (
        errno.EAGAIN,
        "the database has too many connections",
        N_("The database has too many connections now; try again in a minute."),
    )
    REFUSED = (
        errno.EACCES,
        "the database refuses the user or the password",
        N_("The database refuses the user or the password of this dashboard; tell the person who runs it."),
    )
    STANDBY = (
        errno.EROFS,
        "the database is a standby that can only be read",
        N_("The database can only be read now, because it is a standby; tell the person who runs this dashboard."),
    )
    FULL = (
        errno.ENOSPC,
        "the disk of the database is full",
        N_("The disk of the database is full; tell the person who runs this dashboard."),
    )
    FORBIDDEN = (
        errno.EACCES,
        "the role of the database may not do this",
        N_("The database does not let this dashboard do this; tell the person who runs it."),
    )
    MISSING = (errno.ENODEV, f"the database has no tables for this; run {INIT_COMMAND}", _NO_TABLES)
    OLDER = (errno.ENODEV, f"its tables are those of an older version; run {INIT_COMMAND}", _NO_TABLES)
    NEWER = (
        errno.ENODEV,
        "its tables are those of a newer version of the tracker; upgrade this copy",
        N_("The tables of the database are newer than this dashboard; the person who runs it has to upgrade it."),
    )
    INVALID = (
        errno.EINVAL,
        "the URL of the database is not valid",
        N_("The database cannot be used as it is set up; tell the person who runs this dashboard."),
    )
    UNPROVEN = (
        errno.EACCES,
        "the database does not prove by a certificate who it is; see sslmode and sslrootcert in docs/several-machines.md",
        N_("The database cannot be used as it is set up; tell the person who runs this dashboard."),
    )

    def as_error(self) -> DatabaseUnavailable:
        """Return the error to raise."""
        return DatabaseUnavailable(*self.value)


_KINDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], DatabaseProblem], ...] = (
    (errors.DiskFull, DatabaseProblem.FULL),
    (errors.ReadOnlySqlTransaction, DatabaseProblem.STANDBY),
    (errors.InsufficientPrivilege, DatabaseProblem.FORBIDDEN),
    ((errors.InvalidSchemaName, errors.UndefinedTable, errors.InvalidCatalogName), DatabaseProblem.MISSING),
    (errors.UndefinedColumn, DatabaseProblem.NEWER),
    ((errors.InvalidPassword, errors.InvalidAuthorizationSpecification), DatabaseProblem.REFUSED),
    (errors.TooManyConnections, DatabaseProblem.BUSY),
    (PoolTimeout, DatabaseProblem.SILENT),
)
_CONNECTING: tuple[tuple[str, DatabaseProblem], ...] = (
    (r"certificate|does not support SSL", DatabaseProblem.UNPROVEN),
    (
        r"password authentication failed|no password supplied|pg_hba\.conf|role .* (does not exist|is not permitted)",
        DatabaseProblem.REFUSED,
    ),
    (r"database .* does not exist", DatabaseProblem.MISSING),
    (r"too many (clients|connections)|remaining connection slots", DatabaseProblem.BUSY),
    (r"session is (read-only|not read-only)|server is in hot standby", DatabaseProblem.STANDBY),
)
"""Pattern → what is wrong. A connection that is refused has no code, only a text."""


def as_os_error(error: Exception, place: DatabasePlace) -> DatabaseUnavailable:
    """Return the error to raise for an error of psycopg. The text of the latter may have a password: it is not shown."""
    problem = next((problem for kind, problem in _KINDS if isinstance(error, kind)), None)
    if problem is None and isinstance(error, psycopg.OperationalError):
        named = (problem for pattern, problem in _CONNECTING if re.search(pattern, str(error)))
        problem = next(named, DatabaseProblem.AWAY)
    name = type(error).__name__
    sentence = N_("The database reports an error ({name}); tell the person who runs this dashboard.")
    unknown = DatabaseUnavailable(errno.EIO, f"the database reports {name}", sentence, values={"name": name})
    found = problem.as_error() if problem else unknown
    found.filename = str(place)
    return found
