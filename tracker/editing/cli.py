"""The commands `attach`, which attaches cleaned files to a record, and `redact`, which removes words from all files.

The words to remove are read from standard input, because a shell would keep command arguments in its history.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

from pydantic import ValidationError

from tracker.accounts.accounts import accounts_with
from tracker.accounts.accounts_file import accounts_file, forget_in_accounts, read_owner_handle
from tracker.config import Config
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.redaction.remove_words import find_occurrences, list_lines, private_storages, redact
from tracker.editing.store import Store
from tracker.files.findings import NO_TEXT_FOUND
from tracker.files.kept_file import CleaningChoices, PreparedUpload
from tracker.files.new_file import NewFile, new_file
from tracker.files.process import prepare_upload
from tracker.files.scan import place_in_file
from tracker.model.dataset import FileRecord
from tracker.model.errors import TrackerError, UnusableFile
from tracker.model.lifecycle import active_files
from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant
from tracker.model.organisations import Privacy, own_organisation
from tracker.model.permissions import Person, Role
from tracker.model.records import Evidence
from tracker.model.safety_config import SafetyFinding
from tracker.safety.dismissals import load_dismissals
from tracker.safety.redaction.terms import RedactionTerms
from tracker.safety.scanner import describe_finding
from tracker.sandbox.limits import FileLimits
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.folder.storage import read_file

MAX_LISTED = 20
"""The largest number of findings that are printed for one file."""
_NO_PRIVATE_FOLDER = (
    "There is no private folder (TRACKER_PRIVATE), so a file can only be attached publicly: everybody can download it. If "
    "that is right, add --public."
)
_IS_PRIVATE = (
    "{id} is private evidence, so its files are private. Leave out --public; publish the evidence on its page."
)
_NO_ORIGINAL = "The untouched original is only ever kept privately: leave out --keep-original or --public."
_REFUSED_OPTIONS = {
    "language": "--language: write the code of a language, such as ru.",
    "pages": "--where: write 1 to 120 characters.",
    "text": "--caption: the text is too long.",
}
_LOOK_FIRST = "Look at them yourself. If nobody can be recognized, add --looked-at. Nothing was saved."


def add_attach_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `attach` to the `commands` of the command line."""
    about = "clean files (PDF, DOCX, ODT, XLSX, PNG, JPEG, WebP, text, saved web pages) and attach them to evidence"
    parser = commands.add_parser("attach", help=about, description=f"{about}; privately, if there is a private folder")
    parser.add_argument("id", metavar="EVIDENCE", help="the id of the evidence; with --document, that of a document")
    parser.add_argument("file", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--document", action="store_true", help="attach to a document in documents.yaml")
    parser.add_argument("--caption", metavar="TEXT", help="what the files are, in the dataset's main language")
    parser.add_argument("--language", metavar="CODE", help="the language of the files, such as ru")
    parser.add_argument("--where", metavar="TEXT", help="where in the files to look, such as 'p. 4'")
    parser.add_argument("--copy-of-link", action="store_true", help="they are copies of the page behind the link")
    parser.add_argument("--remove-comments", action="store_true", help="remove comments with their text")
    parser.add_argument("--accept-changes", action="store_true", help="accept tracked changes: deleted text is gone")
    parser.add_argument("--keep-original", action="store_true", help="keep the untouched file too, privately")
    parser.add_argument("--public", action="store_true", help="attach publicly, after the safety check of the text")
    looked = "with --public: you looked at pictures, scans and possible names, and nobody can be recognized"
    parser.add_argument("--looked-at", action="store_true", help=looked)
    parser.set_defaults(run=run_attach_command, is_cancellable=True)


def run_attach_command(arguments: argparse.Namespace, config: Config, _now: datetime) -> str:
    """Attach all cleaned files or none, and return the text to print. Raises TrackerError if a file cannot be used."""
    public = DatasetReader(config.data)
    folder = PrivateFolder(config.private, public, THE_HOST) if config.private else None
    record, is_private = _find_record(public, folder, arguments)
    if arguments.public and is_private:
        raise TrackerError(_IS_PRIVATE.format(id=record.id))
    if arguments.public and arguments.keep_original:
        raise TrackerError(_NO_ORIGINAL)
    if folder is None and not arguments.public:
        raise TrackerError(_NO_PRIVATE_FOLDER)
    limits = FileLimits(file_bytes=int(config.upload_megabytes * 1_000_000))
    ready, told = list[NewFile](), list[str]()
    for path in arguments.file:
        prepared, new = _prepare(path, arguments, limits)
        if new.entry.sha256 in {one.sha256 for one in (*active_files(record), *(new.entry for new in ready))}:
            raise TrackerError(f"{path} is attached already. Nothing was saved.")
        ready.append(new)
        told += _describe(path, prepared)
    by = Person(Role.REVIEWER, read_owner_handle(config.state) or CLI_HANDLE)
    own = own_organisation(by, public.read().settings.organisations)
    owner = (record.private if isinstance(record, Evidence) else None) or Privacy(organisation=own)
    ready = [replace(new, organisation=owner.organisation) for new in ready]
    files = (*record.files, *(new.entry for new in ready))
    if folder and is_private and isinstance(record, Evidence):
        folder.save(replace(record, files=files), by=by, reason="Files attached.", new_files=ready)
        return "\n".join([*told, f"Attached to the private evidence {record.id}. It is not shown to readers."])
    if folder and not arguments.public:
        folder.add_files(record, ready, by=by, sharing=owner)
        done = f"Attached to {record.id} privately: it is not shown to readers until a reviewer publishes it."
        return "\n".join([*told, done])
    store = Store(public, is_dismissed=load_dismissals(config).covers)
    print("\n".join(told))
    _require_harmless(store, record, ready, has_looked=arguments.looked_at)
    store.save(replace(record, files=files), by=by, reason="Files attached.", new_files=ready)
    return f"Attached to {record.id} publicly: everybody can download it."


def _find_record(
    public: DatasetReader, folder: PrivateFolder | None, arguments: argparse.Namespace
) -> tuple[FileRecord, bool]:
    dataset = public.read_or_fail()
    if found := (dataset.documents if arguments.document else dataset.evidence).get(arguments.id):
        return found, False
    if folder and not arguments.document and (own := folder.read().evidence.get(arguments.id)):
        return own, True
    kind, other = ("document", "") if arguments.document else ("evidence", " For a document, add --document.")
    raise TrackerError(f"There is no {kind} with the id {arguments.id[:80]!r}.{other}")


def _prepare(path: Path, arguments: argparse.Namespace, limits: FileLimits) -> tuple[PreparedUpload, NewFile]:
    """Clean the file at `path`. Return (the result of the cleaning, the file to save)."""
    if sys.stderr.isatty():
        print(f"Cleaning {path}; Ctrl+C cancels.", file=sys.stderr)
    choices = CleaningChoices(remove_comments=arguments.remove_comments, accept_changes=arguments.accept_changes)
    try:
        caption = {NO_LANGUAGE_CODE: TextVariant(text=arguments.caption)} if arguments.caption else None
        data = read_file(path, most=limits.file_bytes)
        prepared = prepare_upload(data, path.name, choices=choices, limits=limits)
        new = new_file(
            prepared.cleaned,
            pages=prepared.pages,
            preview=prepared.preview,
            caption=caption,
            language=arguments.language,
            where=arguments.where,
            is_copy_of_link=arguments.copy_of_link,
            original=data if arguments.keep_original else None,
        )
    except UnusableFile as error:
        raise TrackerError(f"{path}: {error} Nothing was saved.") from None
    except OSError as error:
        raise TrackerError(f"{path} cannot be read ({error.strerror}). Nothing was saved.") from None
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise TrackerError(f"{_REFUSED_OPTIONS.get(field, str(error))} Nothing was saved.") from None
    return prepared, new


def _describe(path: Path, prepared: PreparedUpload) -> Iterator[str]:
    cleaned = prepared.cleaned
    size = f"{cleaned.size / 1e6:.1f} MB" if cleaned.size >= 1_000_000 else f"{-(-cleaned.size // 1_000)} kB"
    yield f"{path}: kept as {cleaned.name}, {size}, SHA-256 {cleaned.digest}"
    yield from (f"  removed: {finding}" for finding in cleaned.removed)
    yield from (f"  look at it: {finding}" for finding in cleaned.warnings)
    if not cleaned.kind.is_image and not any(page.text.strip() for page in prepared.pages):
        yield f"  look at it: {NO_TEXT_FOUND}"


def _require_harmless(store: Store, record: FileRecord, files: Sequence[NewFile], *, has_looked: bool) -> None:
    """Raise TrackerError if the files may identify a person, or if nobody looked at what a machine cannot check."""
    found, to_look_at = list[str](), list[str]()
    for new in files:
        name, check = new.entry.name, store.check_file_publication(record, new)
        lines = [f"{name}, {_place_of(one)}: {describe_finding(one.match.rule)}" for one in check.findings]
        found += lines[:MAX_LISTED]
        if more := lines[MAX_LISTED:]:
            found.append(f"{name}: and {len(more)} more")
        if new.entry.kind.is_image:
            to_look_at.append(f"{name}: a picture. A machine cannot see faces, number plates and handwriting.")
        elif not any(page.text.strip() for page in new.pages):
            to_look_at.append(f"{name}: {NO_TEXT_FOUND}")
        if check.candidates:
            places = dict.fromkeys(map(_place_of, check.candidates))
            to_look_at.append(f"{name}: words that may be names, in: {', '.join(places)}")
    if found:
        advice = "Nothing was saved. Take these words out of the file, or attach it privately."
        raise TrackerError("\n".join([*found, advice]))
    if to_look_at and not has_looked:
        raise TrackerError("\n".join([*to_look_at, _LOOK_FIRST]))


def _place_of(finding: SafetyFinding) -> str:
    if (place := place_in_file(finding)) is None:
        return finding.text_field.field
    return f"page {', '.join(map(str, place[1]))}" if place[1] else "text"


PROMPT = """\
Type the words to remove, one phrase a line, then an empty line. Give every form of a name: each language, initials.
The words are not stored. (Do not pass them as an argument or through echo: your shell would keep them in its history.)"""
_NOT_FOUND = """\
The words are in none of the files. If some files cannot be read, a running dashboard drops their earlier contents when it
next checks the files."""
_REMOVED = """\
Removed. A running dashboard drops the words from memory when it next checks the files; to be certain, restart it. Git, \
backups and copies still have the words: see docs/redaction.md."""
CLI_HANDLE = "terminal"


def add_redact_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `redact` to the `commands` of the command line."""
    about = (
        "remove words for safety from every version and note; it asks for them, so that your shell does not keep them"
    )
    parser = commands.add_parser("redact", help=about, description=about)
    parser.add_argument("--dry-run", action="store_true", help="only list the files and lines, without the words")
    whole = "do not change longer words that contain one of them"
    parser.add_argument("--whole-words", action="store_true", help=whole)
    parser.set_defaults(run=run_redact_command)


def run_redact_command(args: argparse.Namespace, config: Config, at: datetime, source: TextIO | None = None) -> str:
    """Remove words from all files, and return the message to print. With `--dry-run`, only list the places.

    Each line of `source`, by default standard input, is a phrase. At a terminal, ask to confirm. Raises TrackerError.
    """
    source = source or sys.stdin
    if source.isatty():
        print(PROMPT)
    typed = iter(lambda: source.readline().strip(), "") if source.isatty() else source.read().splitlines()
    terms, store = RedactionTerms(typed, whole=args.whole_words), Store(DatasetReader(config.data))
    found = find_occurrences(store, terms, at, *private_storages(config))
    accounts = accounts_with(accounts_file(config).read(), terms.is_exactly)
    lines = [*list_lines(found), *["an account in TRACKER_STATE: its handle or mail address"] * len(accounts)]
    by = Person(Role.REVIEWER, read_owner_handle(config.state) or CLI_HANDLE)
    if args.dry_run:
        return "\n".join([*lines, "Nothing was removed: this was a dry run."]) if lines else _NOT_FOUND
    if lines and source.isatty():
        print("\n".join(lines))
        if input("Remove the words from these lines? This cannot be undone. Type yes: ").strip().lower() != "yes":
            return "Nothing was removed."
    redact(store, config, terms, by=by, at=at)
    forget_in_accounts(config, terms.is_exactly)
    return "\n".join([*lines, _REMOVED]) if lines else _NOT_FOUND
