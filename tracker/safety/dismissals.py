"""Store which findings of the safety check a reviewer dismissed: the reason, and a hash in place of the words."""

import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from tracker.config import AnyPlace, Config
from tracker.model.errors import DismissalFailed, InvalidFile, NotAllowed
from tracker.model.labels import N_
from tracker.model.permissions import Permission, Person
from tracker.model.safety_config import SafetyFinding
from tracker.storage.cache_registry import cached_until_redaction
from tracker.storage.failures import failed_save
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import FileStat, RecordStorage, StorageTransaction
from tracker.storage.timestamps import TIMESTAMP_FORMAT
from tracker.storage.yaml.reader import compose, decode, to_values

DISMISSALS_FILE, KEY_FILE = "settled.yaml", "settled.key"
"""The names of the file with the dismissals, and of the file with the secret key for their hashes."""
DISMISSALS_HEADER = "# Dismissed findings of the safety check, each with the reviewer's reason.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissal:
    """One dismissed finding. `sign` is its `fingerprint`: the words of the passage are not stored. `by` is a handle."""

    sign: str
    rule: str
    record: str
    field: str
    reason: str
    by: str
    at: str


_ENTRIES = TypeAdapter(tuple[Dismissal, ...])


class Dismissals:
    """The dismissed findings in `folder`; the key is in `state`. Whoever reads both can test guesses of the words."""

    def __init__(self, folder: AnyPlace, state: AnyPlace) -> None:
        self._storage, self._state = open_storage(folder), open_storage(state)
        self.path = self._storage.root / DISMISSALS_FILE

    @property
    def signature(self) -> str:
        """Return a text that changes whenever the file of dismissals changes, or "" if there is no such file."""
        stat = self._storage.stat(DISMISSALS_FILE)
        return "-".join(map(str, stat)) if stat else ""

    def entries(self) -> tuple[Dismissal, ...]:
        """Return all dismissals, oldest first, or () if the file is unreadable. Raises OSError if a database does not answer."""
        return _read(self._storage, self._storage.stat(DISMISSALS_FILE)) or ()

    def covers(self, finding: SafetyFinding) -> bool:
        """Return whether one of the readable dismissals has the same words, rule, field and record as `finding`."""
        try:
            entries, key = self.entries(), self._state.read(KEY_FILE)
        except OSError:
            return False
        sign = fingerprint(key, finding)
        return any(entry.sign == sign for entry in entries)

    def dismiss(self, findings: Iterable[tuple[SafetyFinding, str]], by: Person, at: datetime | None = None) -> None:
        """Store that findings were dismissed, each given as (finding, reason). Store all of them or none.

        A new reason replaces an earlier one. Raises LockTimeout, or NotAllowed if `by` may not dismiss findings. Raises
        DismissalFailed if there is no finding, if a reason is missing, or if the file cannot be read or written.
        """
        if not by.can(Permission.DISMISS_FINDING) or not by.handle:
            raise NotAllowed("Only a reviewer can dismiss a finding.")
        given = [(finding, reason.strip()) for finding, reason in findings]
        if not given or not all(reason for _, reason in given):
            raise DismissalFailed("Dismissing a finding needs a reason; say in a sentence why it is safe to publish.")
        when = (at or datetime.now(UTC)).strftime(TIMESTAMP_FORMAT)
        try:
            for storage in (self._storage, self._state):
                storage.create()
            key = self._create_key()
            with self._storage.transaction() as transaction:
                before = _read(self._storage, self._storage.stat(DISMISSALS_FILE))
                if before is None:
                    advice = "Move it away to start a new one; nothing was dismissed."
                    raise DismissalFailed(f"{self.path} cannot be read. {advice}")
                new = {}
                for finding, reason in given:
                    sign, place = fingerprint(key, finding), finding.text_field
                    about = {"rule": finding.match.rule.id, "record": place.record, "field": place.field}
                    new[sign] = Dismissal(sign=sign, reason=reason, by=by.handle, at=when, **about)
                kept = [*(entry for entry in before if entry.sign not in new), *new.values()]
                _write(transaction, kept)
        except OSError as error:
            sentence, outcome = N_("The reason could not be saved ({reason})."), N_("Nothing was dismissed.")
            raise failed_save(error, outcome, in_folder=sentence, kind=DismissalFailed) from None

    def redact(self, redacted: Callable[[str], str]) -> None:
        """Replace each reason and handle by what `redacted` returns for it. Raises OSError or LockTimeout. An unreadable file stays."""
        if not self.entries():
            return
        with self._storage.transaction() as transaction:
            before = self.entries()
            after = [replace(entry, reason=redacted(entry.reason), by=redacted(entry.by)) for entry in before]
            if after != list(before):
                _write(transaction, after)

    def _create_key(self) -> bytes:
        """Return the key for the fingerprints. If there is none, make one."""
        with self._state.transaction() as transaction:
            # With an empty key anyone could test guesses against the hashes.
            if key := (before := transaction.read(KEY_FILE)):
                return key
            key = secrets.token_hex(32).encode()
            transaction.stage([(KEY_FILE, before, key)])
            transaction.commit()
            return key


def _write(transaction: StorageTransaction, entries: Iterable[Dismissal]) -> None:
    values = _ENTRIES.dump_python(tuple(entries), mode="json")
    text = DISMISSALS_HEADER + yaml.safe_dump(values, allow_unicode=True, sort_keys=False)
    transaction.stage([(DISMISSALS_FILE, transaction.read(DISMISSALS_FILE), text.encode())])
    transaction.commit()


def load_dismissals(config: Config) -> Dismissals:
    """Return the Dismissals in the private folder or, if there is none, in the state folder. Nothing is read yet."""
    return Dismissals(config.private or config.state, config.state)


def fingerprint(key: bytes, finding: SafetyFinding) -> str:
    """Return a hash of words, rule, record and field. Without `key`, nobody can test guesses of the words."""
    words = " ".join(finding.match.words.casefold().split())
    parts = (finding.match.rule.id, words, finding.text_field.record, finding.text_field.field)
    return blake2b("\0".join(parts).encode(), key=key[:64], digest_size=16).hexdigest()


@cached_until_redaction(maxsize=4)
def _read(storage: RecordStorage, stat: FileStat | None) -> tuple[Dismissal, ...] | None:
    """Return the dismissals in a storage, () if there is no file of dismissals, or None if it cannot be read."""
    try:
        return parse_dismissals(storage.read(DISMISSALS_FILE))
    except FileNotFoundError:
        return ()
    except OSError:
        return None


def parse_dismissals(raw: bytes) -> tuple[Dismissal, ...] | None:
    """Return the dismissals in the bytes of a file, or None if it is not valid."""
    with suppress(InvalidFile, ValidationError):
        return _ENTRIES.validate_python(to_values(compose(decode(raw))) or ())
    return None
