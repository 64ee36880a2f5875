"""What can be wrong with a database, each with a sentence for people. Import it only where psycopg is needed."""

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
_ABOUT_CERTIFICATES = "sslmode and sslrootcert in docs/several-machines.md"


class DatabaseProblem(Enum):
    """What can be wrong with a database. A value is (number of the error, reason as a part of an English sentence)."""

    AWAY = errno.EHOSTUNREACH, "the database cannot be reached"
    SILENT = errno.ETIMEDOUT, "the database does not answer"
    BUSY = errno.EAGAIN, "the database has too many connections"
    REFUSED = errno.EACCES, "the database refuses the user or the password"
    STANDBY = errno.EROFS, "the database is a standby that can only be read"
    FULL = errno.ENOSPC, "the disk of the database is full"
    FORBIDDEN = errno.EACCES, "the role of the database may not do this"
    MISSING = errno.ENODEV, f"the database has no tables for this; run {INIT_COMMAND}"
    OLDER = errno.ENODEV, f"its tables are those of an older version; run {INIT_COMMAND}"
    NEWER = errno.ENODEV, "its tables are those of a newer version of the tracker; upgrade this copy"
    INVALID = errno.EINVAL, "the URL of the database is not valid"
    UNPROVEN = errno.EACCES, f"the database does not prove by a certificate who it is; see {_ABOUT_CERTIFICATES}"

    def as_error(self) -> DatabaseUnavailable:
        """Return the error to raise for this problem, with its sentence for people."""
        return DatabaseUnavailable(*self.value, _SENTENCES[self])


_OUTDATED = N_(
    "The tables of the database are missing or older than this dashboard; "
    "the person who runs it has to run: python -m tracker database init"
)
_UNUSABLE = N_("The database cannot be used as it is set up; tell the person who runs this dashboard.")
_SENTENCES = {
    DatabaseProblem.AWAY: N_("The database cannot be reached now; try again in a minute."),
    DatabaseProblem.SILENT: N_("The database does not answer now; try again in a minute."),
    DatabaseProblem.BUSY: N_("The database has too many connections now; try again in a minute."),
    DatabaseProblem.REFUSED: N_(
        "The database refuses the user or the password of this dashboard; tell the person who runs it."
    ),
    DatabaseProblem.STANDBY: N_(
        "The database can only be read now, because it is a standby; tell the person who runs this dashboard."
    ),
    DatabaseProblem.FULL: N_("The disk of the database is full; tell the person who runs this dashboard."),
    DatabaseProblem.FORBIDDEN: N_("The database does not let this dashboard do this; tell the person who runs it."),
    DatabaseProblem.MISSING: _OUTDATED,
    DatabaseProblem.OLDER: _OUTDATED,
    DatabaseProblem.NEWER: N_(
        "The tables of the database are newer than this dashboard; the person who runs it has to upgrade it."
    ),
    DatabaseProblem.INVALID: _UNUSABLE,
    DatabaseProblem.UNPROVEN: _UNUSABLE,
}
"""Problem → the sentence for people who use the dashboard."""


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
"""(classes of errors, problem). The first pair that fits counts."""
_CONNECTING = {
    r"certificate|does not support SSL": DatabaseProblem.UNPROVEN,
    r"password authentication failed|no password supplied|pg_hba\.conf": DatabaseProblem.REFUSED,
    r"role .* (does not exist|is not permitted)": DatabaseProblem.REFUSED,
    r"database .* does not exist": DatabaseProblem.MISSING,
    r"too many (clients|connections)|remaining connection slots": DatabaseProblem.BUSY,
    r"session is (read-only|not read-only)|server is in hot standby": DatabaseProblem.STANDBY,
}
"""Pattern → problem. If a connection is refused, the error has no code, and the problem is known only from its text."""


def as_os_error(error: Exception, place: DatabasePlace) -> DatabaseUnavailable:
    """Return the error to raise instead of `error`. It does not contain the text of `error`, which can have a password."""
    problem = next((problem for kind, problem in _KINDS if isinstance(error, kind)), None)
    if problem is None and isinstance(error, psycopg.OperationalError):
        named = (problem for pattern, problem in _CONNECTING.items() if re.search(pattern, str(error)))
        problem = next(named, DatabaseProblem.AWAY)
    name = type(error).__name__
    sentence = N_("The database reports an error ({name}); tell the person who runs this dashboard.")
    unknown = DatabaseUnavailable(errno.EIO, f"the database reports {name}", sentence, values={"name": name})
    found = problem.as_error() if problem else unknown
    found.filename = str(place)
    return found
