"""What reviewers settled: a finding of the safety check is no danger, and why. Kept privately, without the words found."""

import os
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from tracker.config import Config
from tracker.model.errors import DismissalFailed, InvalidFile, NotAllowed
from tracker.model.permissions import Permission, Person
from tracker.model.safety_config import SafetyFinding
from tracker.storage.atomic_write import replace_all
from tracker.storage.cache_registry import register_cache
from tracker.storage.file_lock import lock_file
from tracker.storage.timestamps import TIMESTAMP_FORMAT
from tracker.storage.yaml_reader import compose, decode, to_values

NAME, KEY = "settled.yaml", "settled.key"
DISMISSALS_HEADER = "# What reviewers settled: findings of the safety check that are no danger, with the reason.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissal:
    """One settled finding: its sign, which stands for the words found, the rule, the record and the field; why, who and when."""

    sign: str
    rule: str
    record: str
    field: str
    reason: str
    by: str
    at: str


_ENTRIES = TypeAdapter(tuple[Dismissal, ...])


class Dismissals:
    """The settled findings of one folder, with the key of the signs in another: neither file tells the words alone."""

    def __init__(self, folder: Path, state: Path) -> None:
        self.folder, self.path, self._key = folder, folder / NAME, state / KEY

    @property
    def signature(self) -> str:
        """A sign of what is settled now: it is another one after every change."""
        try:
            seen = self.path.stat()
        except OSError:
            return ""
        return f"{seen.st_ino}-{seen.st_mtime_ns}-{seen.st_size}"

    def entries(self) -> tuple[Dismissal, ...]:
        """What is settled. A file that cannot be read settles nothing: then it is asked again."""
        return _read(self.path, self.signature) or ()

    def covers(self, found: SafetyFinding) -> bool:
        """Whether a reviewer's reason settles what was found: these words, by this rule, in this field of this record."""
        try:
            entries, key = self.entries(), self._key.read_bytes()
        except OSError:
            return False
        return any(entry.sign == fingerprint(key, found) for entry in entries)

    def dismiss(self, found: Iterable[tuple[SafetyFinding, str]], by: Person, at: datetime | None = None) -> None:
        """Keeps a reason for each of what was found. Raises NotAllowed, Busy or NotSettled; then nothing was kept."""
        if not by.can(Permission.DISMISS_FINDING) or not by.handle:
            raise NotAllowed("Only a reviewer can settle a finding.")
        given = [(one, reason.strip()) for one, reason in found]
        if not given or not all(reason for _, reason in given):
            raise DismissalFailed("A finding is settled by a reason; say in a sentence why it is no danger.")
        when = (at or datetime.now(UTC)).strftime(TIMESTAMP_FORMAT)
        try:
            for folder in (self.folder, self._key.parent):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with lock_file(self.folder / ".settled.lock"):
                # an empty one is what a crash left behind: with it anybody could try out words
                if not (self._key.exists() and self._key.stat().st_size):
                    _write(self._key, secrets.token_hex(32).encode())
                key, before = self._key.read_bytes(), _read(self.path, self.signature)
                if before is None:
                    raise DismissalFailed(
                        f"{self.path} cannot be read. Move it away to start anew; nothing was settled."
                    )
                new = {
                    fingerprint(key, one): _entry(fingerprint(key, one), one, reason, by.handle, when)
                    for one, reason in given
                }
                kept = [*(entry for entry in before if entry.sign not in new), *new.values()]
                values = _ENTRIES.dump_python(tuple(kept), mode="json")
                _write(
                    self.path,
                    (DISMISSALS_HEADER + yaml.safe_dump(values, allow_unicode=True, sort_keys=False)).encode(),
                )
        except OSError as bad:
            raise DismissalFailed(f"The reason could not be kept ({bad.strerror}). Nothing was settled.") from None


def load_dismissals(places: Config) -> Dismissals:
    """What is settled at these places: in the private folder where there is one, else in the state folder."""
    return Dismissals(places.private or places.state, places.state)


def fingerprint(key: bytes, found: SafetyFinding) -> str:
    """What stands for a finding in the file: without the key nobody can try out which words it was."""
    words = " ".join(found.match.words.casefold().split())
    parts = (found.match.rule.id, words, found.text_field.record, found.text_field.field)
    return blake2b("\0".join(parts).encode(), key=key[:64], digest_size=16).hexdigest()


def _entry(sign: str, found: SafetyFinding, reason: str, by: str, at: str) -> Dismissal:
    text = found.text_field
    return Dismissal(
        sign=sign, rule=found.match.rule.id, record=text.record, field=text.field, reason=reason, by=by, at=at
    )


@lru_cache(maxsize=4)
def _read(path: Path, signature: str) -> tuple[Dismissal, ...] | None:
    """The entries of a file, none where there is no file; None when it cannot be read."""
    try:
        return _ENTRIES.validate_python(to_values(compose(decode(path.read_bytes()))) or ())
    except FileNotFoundError:
        return ()
    except (OSError, InvalidFile, ValidationError):
        return None


register_cache(_read.cache_clear)


def _write(path: Path, raw: bytes) -> None:
    # replacing keeps who may read a file: nobody else from the start
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    replace_all([(path, path.read_bytes(), raw)])
