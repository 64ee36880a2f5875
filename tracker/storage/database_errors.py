"""What can go wrong with a database, as errors with a sentence. Only a storage that is in a database imports this module."""

import errno

import psycopg
from psycopg import errors
from psycopg_pool import PoolTimeout

from tracker.model.errors import WriteFailed

INIT_COMMAND = "python -m tracker database init"


class DatabaseUnavailable(OSError):
    """The database cannot be read or written. `strerror` says why; it is the middle of a sentence."""


class OutcomeUnknown(WriteFailed):
    """The connection was lost while changes were committed, and the database did not come back to say whether they were."""

    def __init__(self) -> None:
        super().__init__(
            "The database went away in the middle of the save, so it is not known yet whether it was saved. "
            "Look again when the database is back; what you typed is still here."
        )


_MESSAGES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], int, str], ...] = (
    (errors.DiskFull, errno.ENOSPC, "the disk of the database is full"),
    (errors.ReadOnlySqlTransaction, errno.EROFS, "the database is a standby that can only be read"),
    (errors.InsufficientPrivilege, errno.EACCES, "the role of the database may not do this"),
    (
        (errors.InvalidSchemaName, errors.UndefinedTable, errors.InvalidCatalogName),
        errno.ENODEV,
        f"the database has no tables for this; run {INIT_COMMAND}",
    ),
    (
        (errors.InvalidPassword, errors.InvalidAuthorizationSpecification),
        errno.EACCES,
        "the database refuses the user or the password",
    ),
    (errors.TooManyConnections, errno.EAGAIN, "the database has too many connections"),
    (PoolTimeout, errno.ETIMEDOUT, "the database does not answer"),
    (psycopg.OperationalError, errno.EHOSTUNREACH, "the database cannot be reached"),
)


def as_os_error(error: Exception) -> DatabaseUnavailable:
    """Return the error to raise for an error of psycopg. The text of the latter may have a password: it is not shown."""
    for kind, number, message in _MESSAGES:
        if isinstance(error, kind):
            return DatabaseUnavailable(number, message)
    return DatabaseUnavailable(errno.EIO, f"the database reports {type(error).__name__}")
