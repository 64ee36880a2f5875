"""The command `gather`: write a data folder from the public packages of several trackers, which network.yaml names.

Only this command asks other servers. A package is a stranger's file: `verify_package` checks it, every size has a limit, and
only public fields of the known schema are taken. The parts of the folder are replaced whole, so that what a tracker has
removed is gone after the next gathering; a package that is refused leaves nothing of an earlier one. The folder has a
subfolder GATHERED_FOLDER, by which the storage knows that nobody edits it, with what must be known of each tracker at the
next gathering. The same packages, day and earlier folder give the same bytes.
"""

import argparse
import hashlib
import json
import re
import shutil
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import date, datetime
from functools import cache
from http.client import HTTPException
from pathlib import Path, PurePath
from typing import IO, Annotated, Any, get_args, get_type_hints
from urllib.error import HTTPError
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field
from pydantic.dataclasses import dataclass as checked_dataclass

from tracker.config import Config, is_loopback
from tracker.model.errors import InvalidFile, LockTimeout, TrackerError
from tracker.model.field_types import Id, TimeZoneName, Url
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, LanguageCode, Line, LocalizedText
from tracker.model.network import GatheredSource, SourceId
from tracker.model.organisations import EDITORS, Organisation
from tracker.model.registers import Document, Publisher, Settings, TaxonomyTerm
from tracker.model.states import UNKNOWN_STATE, State
from tracker.model.vocabulary import GatheringFault as Fault
from tracker.model.vocabulary import GatheringOutcome, Voice
from tracker.publishing.exports import data_package as package
from tracker.storage.cache_registry import REDACTION_MARKER
from tracker.storage.dataset_reader import FALLBACK_SETTINGS
from tracker.storage.folder.atomic_write import take_place
from tracker.storage.folder.storage import lock_file, read_file
from tracker.storage.record_storage import GATHERED_FOLDER
from tracker.storage.yaml.defaults import known_mechanisms
from tracker.storage.yaml.file_parser import RECORD_FOLDERS, parse_file
from tracker.storage.yaml.format import record_values, to_block
from tracker.storage.yaml.json_schema import DATA_VERSION
from tracker.storage.yaml.reader import MAX_BYTES, compose, to_values
from tracker.storage.yaml.record_builder import build_record
from tracker.validation.shared_words import Vocabulary, read_as, read_vocabulary, shared_term

MAX_RECORDS, MAX_DATA_BYTES = 20_000, 100_000_000
"""The largest number of records, and of bytes in data files, that are taken from one package."""
MAX_SECONDS, STALLED_SECONDS = 900, 30.0
"""A download may take so long in all, and may stand still for so long."""
NOT_GATHERED = ("version", "files", "usual_wording")
"""Fields of records that are not taken. The attached files stay where they are: the link to the record leads there."""
CODE = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|svg|style|link|meta|img|form|base)\b|javascript:|<\?|\{\{|\{%", re.I
)
"""Matches a text that a program might run. Such a text would be shown as text, but no record needs it."""
_LINE_ENDS = str.maketrans({character: f"\\u{ord(character):04x}" for character in "\x7f\x85\u2028\u2029\ufeff"})
"""JSON is YAML if these characters, which YAML reads as line breaks or not at all, are escaped."""
PartFiles = dict[str, bytes]
"""Name in the data folder → bytes, for the records of one tracker."""


class NotTaken(Exception):
    """A package is refused or, with Fault.NO_ANSWER and TOO_SLOW, cannot be had now. Its arguments are a fault, and what exactly."""


@checked_dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class NetworkSource:
    """A tracker of a network: its agreed States, its address, and its package (a file, or an https address)."""

    id: SourceId
    name: LocalizedText
    states: Annotated[tuple[State, ...], Field(min_length=1)]
    link: Url
    package: Line


@checked_dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Network:
    """network.yaml. What a source had stays for `stale_days` if it cannot be reached. A package has at most `megabytes`."""

    title: LocalizedText
    publisher: Publisher
    language: LanguageCode = "en"
    languages: tuple[LanguageCode, ...] = ("en",)
    timezone: TimeZoneName = "UTC"
    stale_days: Annotated[int, Field(ge=0, le=3650)] = 30
    megabytes: Annotated[int, Field(ge=1, le=5000)] = 200
    vocabulary: Line | None = None
    sources: Annotated[tuple[NetworkSource, ...], Field(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is shown of one tracker: its records and, in `registers`, organisations, themes, groups, mechanisms and documents."""

    source: GatheredSource
    files: PartFiles = field(default_factory=dict)
    registers: Mapping[str, Any] = field(default_factory=dict)


def add_gather_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `gather` to the `commands` of the command line."""
    about = "write a data folder from the public packages of several trackers"
    parser = commands.add_parser("gather", help=about, description=f"{about}; docs/network.md explains network.yaml")
    parser.add_argument("network", type=Path, metavar="network.yaml")
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder, or one that was gathered before")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, _config: Config, now: datetime) -> tuple[str, int]:
    """Gather, and return (a line for each tracker, exit code: 1 if one was refused or could not be reached)."""
    sources = gather(options.network, options.folder, now=now)
    good = (GatheringOutcome.FRESH, GatheringOutcome.UNCHANGED)
    return "\n".join(map(describe, sources)), int(any(one.outcome not in good for one in sources))


def describe(source: GatheredSource) -> str:
    """Return a line about a tracker: how it went, since when, why, and the digest of its package."""
    since = f" since {source.unreachable}" if source.unreachable else ""
    shown = f"; shown as of {source.gathered}" if source.gathered else "; only its name and link are shown"
    why = "".join(f": {words}" for words in (source.why and source.why.label, source.what) if words)
    digest = f"; SHA-256 of the package: {source.sha256}" if source.sha256 else ""
    return f"{source.id}: {source.outcome}{since}{shown}{why}{digest}"


def gather(network_file: Path, folder: Path, *, now: datetime) -> tuple[GatheredSource, ...]:
    """Write `folder` anew from the packages of `network_file`. Return how it went with each tracker.

    Raises TrackerError and changes nothing if network.yaml is wrong, if `folder` is no gathered folder, or cannot be written.
    """
    network, folder = read_network(network_file), folder.absolute()
    shared = read_vocabulary(network_file.parent / network.vocabulary) if network.vocabulary else Vocabulary()
    if folder.exists() and not (folder / GATHERED_FOLDER).is_dir() and (not folder.is_dir() or any(folder.iterdir())):
        raise TrackerError(f"{folder} was not gathered, so nothing was written. Name a new folder.")
    today, work = now.astimezone(ZoneInfo(network.timezone)).date(), folder.with_name(f".{folder.name}.gathering")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with lock_file(folder.with_name(f".{folder.name}.lock"), patience=0.0):
            before: dict[str, GatheredSource] = {}
            if (folder / GATHERED_FOLDER).is_dir():
                with suppress(InvalidFile):
                    found, _ = parse_file(PurePath("tracker.yaml"), read_file(folder / "tracker.yaml"))
                    before = {one.id: one for settings in found for one in settings.gathered}
            shutil.rmtree(work, ignore_errors=True)
            try:
                gathering = _Gathering(network, shared, network_file.parent, folder=folder, before=before, today=today)
                parts = list(map(gathering.one, network.sources))
                _write(work, network, shared, parts=parts)
                take_place(work, folder)
            finally:
                shutil.rmtree(work, ignore_errors=True)
    except LockTimeout:
        raise TrackerError(f"{folder} is being gathered already. This command wrote nothing.") from None
    except OSError as error:
        raise TrackerError(f"{folder} cannot be written ({error.strerror}). It is as it was.") from None
    return tuple(part.source for part in parts)


def read_network(path: Path) -> Network:
    """Return what is in network.yaml. Raises TrackerError with the first thing that is wrong."""
    network = read_as(Network, path)
    if len({one.id for one in network.sources}) < len(network.sources):
        raise TrackerError(f"{path}: two sources have the same id, so that their records could not be told apart.")
    for one in network.sources:
        address = urlsplit(one.package)
        is_safe = address.scheme == "https" or (address.scheme == "http" and is_loopback(address.hostname))
        if "://" in one.package and not is_safe:
            raise TrackerError(f"{one.package}: the address of a package begins with https://, or it is a file.")
    return network


@dataclass(frozen=True, slots=True)
class _Gathering:
    """One gathering into `folder`. `before` is id → tracker, as the folder has them now. `shared` are the words of the network."""

    network: Network
    shared: Vocabulary
    base: Path
    folder: Path
    before: Mapping[str, GatheredSource]
    today: date

    def one(self, source: NetworkSource) -> Gathered:
        """Return what is shown of one tracker: its package or, if it cannot be had, for some days what was shown before."""
        found = GatheredSource(id=source.id, name=source.name, link=source.link, outcome=GatheringOutcome.FRESH)
        try:
            with tempfile.TemporaryDirectory() as place:
                path = Path(place, "package.zip")
                with path.open("xb") as target:
                    _fetch(source.package, self.base, target, most=self.network.megabytes * 1_000_000)
                return self._read(path, source, found)
        except NotTaken as error:
            why, what = error.args[0], " ".join(map(str, error.args[1:])).strip()[:300] or None
            if why not in (Fault.NO_ANSWER, Fault.TOO_SLOW):
                return Gathered(replace(found, outcome=GatheringOutcome.REFUSED, why=why, what=what))
            before = self.before.get(source.id, found)
            since = before.unreachable or self.today.isoformat()
            found = replace(found, outcome=GatheringOutcome.UNREACHABLE, unreachable=since, why=why, what=what)
            return self._kept(source, found, before)

    def _kept(self, source: NetworkSource, found: GatheredSource, before: GatheredSource) -> Gathered:
        """Return what the folder shows of a tracker, or only name and link if it is too old, or other States were agreed."""
        gathered = before.gathered
        if gathered is None or (self.today - date.fromisoformat(gathered)).days > self.network.stale_days:
            return Gathered(found)
        registers = json.loads(read_file(self.folder / GATHERED_FOLDER / f"{source.id}.json", most=MAX_DATA_BYTES))
        if {*registers["states"]} - {state.id for state in source.states}:
            return Gathered(found)
        paths = (path for name in RECORD_FOLDERS for path in sorted((self.folder / name).glob(f"{source.id}.*.yaml")))
        files = {path.relative_to(self.folder).as_posix(): read_file(path) for path in paths}
        about = {name: getattr(before, name) for name in ("gathered", "sha256", "recorded", "licence")}
        return Gathered(replace(found, **about), files, registers)

    def _read(self, path: Path, source: NetworkSource, found: GatheredSource) -> Gathered:
        """Return what a package has. Raises NotTaken if it is not whole, or is not what was agreed."""
        checked = package.verify_package(path)
        if checked.faults:
            raise NotTaken(Fault.NOT_WHOLE, checked.faults[0])
        data = read_data(path)
        settings = next(iter(data.get("tracker.yaml", ())), None)
        if not isinstance(settings, Settings):
            raise NotTaken(Fault.MISSING_FILE, "tracker.yaml")
        files, registers = _Rewriter(source, settings, self.shared, data=data).part()
        before = self.before.get(source.id, found)
        is_same = before.sha256 == checked.sha256 and before.gathered is not None
        _require_no_code(licence := record_values(settings.publisher).get("licence"))
        times = (r.recorded for records in data.values() for r in records if getattr(r, "recorded", None))
        found = replace(
            found,
            outcome=GatheringOutcome.UNCHANGED if is_same else GatheringOutcome.FRESH,
            licence=_as_text(licence, settings.language),
            gathered=self.today.isoformat(),
            sha256=checked.sha256,
            recorded=max(times, default=None),
        )
        return Gathered(found, files, registers)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the address of a package is pinned."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Return nothing, so that the answer counts as an error."""


def _fetch(address: str, base: Path, target: IO[bytes], *, most: int) -> None:
    """Copy a package of at most `most` bytes to `target`. `address` is a file below `base`, or an address. Raises NotTaken."""
    started, size, opener = datetime.now(), 0, urllib.request.build_opener(_NoRedirect)
    opener.addheaders = [("User-Agent", "recommendation-tracker")]
    try:
        with (
            opener.open(address, timeout=STALLED_SECONDS) if "://" in address else (base / address).open("rb") as source
        ):
            while chunk := source.read1(1 << 20):
                size += len(chunk)
                if size > most:
                    raise NotTaken(Fault.TOO_LARGE, f"{most // 1_000_000:,} MB")
                if (datetime.now() - started).total_seconds() > MAX_SECONDS:
                    raise NotTaken(Fault.TOO_SLOW)
                target.write(chunk)
    except HTTPError as error:
        raise NotTaken(Fault.MOVED if 300 <= error.code < 400 else Fault.NO_ANSWER, error.code) from None
    except (OSError, ValueError, HTTPException) as error:
        said = getattr(error, "reason", "") or getattr(error, "strerror", "") or type(error).__name__
        raise NotTaken(Fault.NO_ANSWER, said) from None


def read_data(path: Path) -> dict[str, tuple[Any, ...]]:
    """Return name of a data file → its records, from a package that is whole. Raises NotTaken."""
    with zipfile.ZipFile(path) as archive:
        named = {entry.filename.partition("/")[2]: entry for entry in archive.infolist() if not entry.is_dir()}
        about = _read_json(archive, named.get("datapackage.json"))
        if (version := about.get("schema_version")) != DATA_VERSION:
            raise NotTaken(Fault.OTHER_SCHEMA, f"{str(version)[:20]!r}, not {DATA_VERSION!r}")
        raw = {name.removeprefix(package.PAYLOAD): entry for name, entry in named.items() if _is_data(name)}
        if len(raw) > MAX_RECORDS or sum(entry.file_size for entry in raw.values()) > MAX_DATA_BYTES:
            raise NotTaken(Fault.TOO_LARGE, f"{MAX_RECORDS:,} records, {MAX_DATA_BYTES // 1_000_000} MB of data")
        return {name: _parse(name, archive.read(entry)) for name, entry in sorted(raw.items())}


def _read_json(archive: zipfile.ZipFile, entry: zipfile.ZipInfo | None) -> dict[str, Any]:
    if entry is None:
        raise NotTaken(Fault.MISSING_FILE, "datapackage.json")
    with suppress(ValueError, RecursionError):
        if entry.file_size <= MAX_BYTES and isinstance(found := json.loads(archive.read(entry)), dict):
            return found
    raise NotTaken(Fault.WRONG_DATA, "datapackage.json cannot be read")


def _is_data(name: str) -> bool:
    """Return whether this path in a package is that of a data file which is taken: safety rules and schemas are not."""
    folder, _, rest = name.removeprefix(package.PAYLOAD).rpartition("/")
    is_register = not folder and rest in ("tracker.yaml", "treaty_bodies.yaml", "documents.yaml")
    return name.startswith(package.PAYLOAD) and (is_register or folder in RECORD_FOLDERS)


def _parse(name: str, raw: bytes) -> tuple[Any, ...]:
    """Return the records in a data file. Raises NotTaken if it is not of the known schema."""
    try:
        records, problems = parse_file(PurePath(name), raw)
    except InvalidFile as error:
        records, problems = (), [(error.line, error.message)]
    if problems:
        raise NotTaken(Fault.WRONG_DATA, f"{name[:100]}, line {problems[0][0]}: {problems[0][1]}")
    return records


class _Rewriter:
    """Turns the records of one tracker into those of the network: ids with its name, texts with a language, shared words."""

    def __init__(
        self, source: NetworkSource, settings: Settings, shared: Vocabulary, *, data: Mapping[str, tuple[Any, ...]]
    ) -> None:
        self.source, self.settings, self.data = source, settings, data
        self.agreed = [state.id for state in source.states]
        self.bodies = {
            b.id: b.id if b.id in known_mechanisms() else self.prefixed(b.id)
            for b in data.get("treaty_bodies.yaml", ())
        }
        # (kind, id of a term) → its ids in the network: that of the shared term, and its own if it is a local word
        self.words: dict[tuple[str, str], list[str]] = {}
        themes = self._local("themes", settings.themes, shared.themes)
        groups = self._local("groups", settings.groups, (*shared.groups, *FALLBACK_SETTINGS.groups))
        self.registers: dict[str, Any] = {"states": self.agreed, "themes": themes, "groups": groups}

    def _local(self, kind: str, own: Iterable[TaxonomyTerm], shared: tuple[TaxonomyTerm, ...]) -> list[dict[str, Any]]:
        """Return the terms that the network does not share, and note the ids of all."""
        local = []
        for term in own:
            same = shared_term(term, shared)
            self.words[kind, term.id] = [same.id] if same else []
            if same is None or same.id != term.id:
                self.words[kind, term.id].append(self.prefixed(term.id))
                local.append(self._with_id(term))
        return local

    def prefixed(self, id: str) -> str:
        """Return an id with that of the tracker. Raises NotTaken if it has one already: then it could be that of another."""
        if "." in id:
            raise NotTaken(Fault.CLASHING_ID, repr(id))
        return f"{self.source.id}.{id}"

    def part(self) -> tuple[PartFiles, dict[str, Any]]:
        """Return the records and registers of the tracker. Raises NotTaken."""
        self._require_agreed_state()
        files, documents = PartFiles(), list[Any]()
        for name, records in self.data.items():
            for record in records if name not in ("tracker.yaml", "treaty_bodies.yaml") else ():
                values = self.record(record)
                if isinstance(record, Document):
                    documents.append({"id": self.prefixed(record.id), **values})
                else:
                    files[f"{name.rpartition('/')[0]}/{self.prefixed(record.id)}.yaml"] = to_json(values)
        self.registers["organisations"] = list(map(self._organisation, self.settings.organisations))
        self.registers["bodies"] = [
            {"id": b.id} if b.id in known_mechanisms() else self._with_id(b)
            for b in self.data.get("treaty_bodies.yaml", ())
        ]
        return files, {**self.registers, "documents": documents}

    def _with_id(self, item: Any) -> dict[str, Any]:
        return {"id": self.prefixed(item.id), **self.values(type(item), record_values(item, without={"id"}))}

    def _require_agreed_state(self) -> None:
        names = {one.text.casefold() for state in self.source.states for one in state.name.values()}
        for state in self.settings.all_states:
            is_named = state.id == UNKNOWN_STATE and names & {one.text.casefold() for one in state.name.values()}
            if state.id not in self.agreed and not is_named:
                other = next(iter(state.name.values())).text[:60]
                raise NotTaken(Fault.OTHER_STATE, other)

    def _organisation(self, one: Organisation) -> dict[str, Any]:
        values = self._with_id(one)
        if one.kind is EDITORS.kind:  # several trackers have editors: each are those of their tracker
            values["name"] = {code or self.settings.language: text.text for code, text in self.source.name.items()}
        return values

    def record(self, record: Any) -> dict[str, Any]:
        """Return the values of a record for the network. Raises NotTaken if they are not of the known schema any more."""
        kind, values = type(record), self.values(type(record), record_values(record, without={"id"}))
        if kind is Document:
            own = self.settings.all_states
            state = record.state or (own[0].id if len(own) == 1 else "")
            values["state"] = self.agreed[0] if state == UNKNOWN_STATE else state
            if values["state"] not in self.agreed:
                raise NotTaken(Fault.OTHER_STATE, record.id)
        editors = next(o.id for o in self.settings.organisations if o.kind is EDITORS.kind)
        for said in values.get("assessments", ()):
            if said["voice"] == Voice.CIVIL_SOCIETY:
                said.setdefault("organisation", self.prefixed(editors))
        values = package.without_handles(values)
        found, problems = build_record(kind, values, id=self.prefixed(record.id))
        if found is None:
            raise NotTaken(Fault.WRONG_DATA, f"{record.id}: {problems[0][1]}")
        return dict(values)

    def values(self, kind: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a record or of a part of it, rewritten as the types of its fields say."""
        if "private" in values:
            raise NotTaken(Fault.PRIVATE_ENTRY)
        shape = _shape(kind)
        new = {
            name: self._value(name, shape[name], value) for name, value in values.items() if name not in NOT_GATHERED
        }
        if "history" in new:
            new["history"] = list(filter(None, (self._revision(kind, one) for one in new["history"])))
        return new

    def _value(self, name: str, of: Any, value: Any) -> Any:
        if name == "body":
            return self.bodies.get(value, self.prefixed(value))
        if name in ("themes", "groups"):
            return list(dict.fromkeys(id for one in value for id in self.words.get((name, one), [self.prefixed(one)])))
        if of is Id:
            return [self.prefixed(one) for one in value] if isinstance(value, list) else self.prefixed(value)
        if of is LocalizedText:
            value = _as_text(value, self.settings.language)
        elif is_dataclass(of):
            return [self.values(of, one) for one in value] if isinstance(value, list) else self.values(of, value)
        _require_no_code(value)
        return value

    def _revision(self, kind: Any, one: dict[str, Any]) -> dict[str, Any] | None:
        """Return an edit of a record of the type `kind`, its old value rewritten like a value now. None if that is not possible."""
        if "old" not in one:
            return one
        name = one["field"]
        try:
            of = LocalizedText if "/" in name else _shape(kind)[name]
            old = self._value(name, of, to_values(compose(f"{one['old']}\n")))
        except (InvalidFile, AttributeError, KeyError, TypeError):
            return None  # of an earlier version of the schema
        return {**one, "old": to_block(old).removesuffix("\n")}


@cache
def _shape(kind: Any) -> dict[str, Any]:
    """Return name of a field → Id, LocalizedText, the class of its items, or str for anything else."""
    return {name: _part_of(hint) or str for name, hint in get_type_hints(kind, include_extras=True).items()}


def _part_of(hint: Any) -> Any:
    if hint in (Id, LocalizedText):
        return Id if hint == Id else LocalizedText
    if isinstance(hint, type) and is_dataclass(hint):
        return hint
    return next(filter(None, map(_part_of, get_args(hint))), None)


def _as_text(value: Any, main: str) -> Any:
    """Return the value of a translated text, in which a wording without a language has the code `main`."""
    return {main: value} if isinstance(value, str) or (value and "text" in value) else value


def _require_no_code(value: Any) -> None:
    """Raise NotTaken if a text in `value` is code."""
    if isinstance(value, str) and (found := CODE.search(value)):
        raise NotTaken(Fault.CODE, repr(found[0]))
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _require_no_code(one)


def to_json(values: Any) -> bytes:
    """Return values as JSON that is YAML, too: it is written ten times faster than YAML."""
    return (json.dumps(values, ensure_ascii=False, indent=1).translate(_LINE_ENDS) + "\n").encode()


def _write(work: Path, network: Network, shared: Vocabulary, *, parts: list[Gathered]) -> None:
    """Write the data folder `work`. Raises TrackerError if a file would be too large to be read again."""
    every: dict[str, list[Any]] = {
        name: [one for part in parts for one in part.registers.get(name, ())]
        for name in ("organisations", "themes", "groups", "bodies", "documents")
    }
    states = {state.id: record_values(state) for source in network.sources for state in source.states}
    known = {term.id: term for term in (*FALLBACK_SETTINGS.groups, *shared.groups)}
    given = record_values(network)
    settings: dict[str, Any] = {
        name: given[name] for name in ("title", "publisher", "language", "languages", "timezone") if name in given
    }
    settings |= {"state_party": given["title"], "states": [*states.values()], "organisations": every["organisations"]}
    settings["themes"] = [*map(record_values, shared.themes), *every["themes"]]
    settings["groups"] = [*map(record_values, known.values()), *every["groups"]]
    settings["gathered"] = [record_values(part.source) for part in parts]
    bodies = {b["id"]: b for b in ({"id": id} for id in shared.mechanisms)} | {b["id"]: b for b in every["bodies"]}
    files = {
        "tracker.yaml": to_json(settings),
        "treaty_bodies.yaml": to_json({"treaty_bodies": [*bodies.values()]}),
        "documents.yaml": to_json({"documents": every["documents"]}),
        **{f"{GATHERED_FOLDER}/{part.source.id}.json": to_json(part.registers) for part in parts},
    }
    for part in parts:
        files |= part.files
    if large := [name for name, raw in files.items() if len(raw) > MAX_BYTES and name.endswith(".yaml")]:
        raise TrackerError(
            f"{large[0]} would be larger than {MAX_BYTES:,} bytes. Gather fewer trackers. Nothing was written."
        )
    # by this, running servers and caches forget what they keep of records that changed or are gone
    digest = hashlib.sha256(b"".join(raw for name, raw in sorted(files.items()) if name != "tracker.yaml")).hexdigest()
    files[REDACTION_MARKER] = f"unpublished 0000-{digest}\n".encode()
    for folder in (GATHERED_FOLDER, *RECORD_FOLDERS):
        (work / folder).mkdir(parents=True)
    for name, raw in files.items():
        (work / name).write_bytes(raw)
