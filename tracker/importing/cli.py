"""The command `import`, which reads documents and tables and prints what was found."""

import argparse
import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from tracker.config import Config
from tracker.importing.documents.expected_state import check_state, expected_state
from tracker.importing.documents.imported_document import ImportedDocument, ImportedParagraph
from tracker.importing.documents.review import document_of_symbol, review_paragraphs
from tracker.importing.documents.uploads import parse_upload
from tracker.model.errors import UnusableFile
from tracker.queries.current_view import current_view
from tracker.queries.view import View
from tracker.sandbox.limits import UPLOAD
from tracker.storage.folder.guarded_read import BoundedFile

ReadFile = TypeVar("ReadFile")
IMPORT_COMMANDS = ("import",)
_NOTHING_SAVED = (
    "Nothing was saved: a person reads every recommendation before it becomes public. Sign in and open the page /import, "
    "or add --dry-run to see what was found."
)


def add_import_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `import` to the `commands` of the command line."""
    about = "read concluding observations (.docx, a saved web page, or text), a spreadsheet, or an export of UHRI"
    parser = commands.add_parser("import", help=about, description=about)
    parser.add_argument("file", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--document", metavar="ID", help="the document in documents.yaml that these files are")
    parser.add_argument("--lang", metavar="CODE", help="the language of the files; without it, it is recognized")
    parser.add_argument("--dry-run", action="store_true", help="only print what was read; change nothing")
    parser.add_argument("--json", action="store_true", help="print JSON; of several files, a list")
    _add_table_options(parser)


def _add_table_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose records from an export of UHRI."""
    uhri = parser.add_argument_group("an export of UHRI", "which records are wanted")
    uhri.add_argument(
        "--state",
        action="append",
        metavar="NAME",
        help="the State as UHRI writes it; without it, the State of the dataset; 'all' for all",
    )
    uhri.add_argument("--body", action="append", metavar="CODE", default=[], help="the code of a treaty body")
    uhri.add_argument("--theme", action="append", metavar="NAME", default=[], help="a theme as UHRI writes it")
    uhri.add_argument("--since", type=int, metavar="YEAR", default=0, help="the first year of publication")
    uhri.add_argument("--until", type=int, metavar="YEAR", default=9999, help="the last year of publication")
    uhri.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write the wanted records to a new, smaller .json file, which the page /import takes",
    )


def run_import_command(options: argparse.Namespace, config: Config) -> str:
    """Run the command `import`, and return the text to print.

    Raises UnusableFile if a file cannot be read, if the document is not known, or without --dry-run.
    """
    # imported here: the other commands do not need the libraries that read files
    from tracker.importing.tables.cli import describe_table, summarize_table, write_smaller_export

    view = current_view(config.data, {})
    if options.output:
        if len(options.file) > 1:
            raise UnusableFile("--output takes one file.")
        return _told_with_name(options.file[0], lambda: write_smaller_export(options.file[0], options, view))
    if not options.dry_run:
        raise UnusableFile(_NOTHING_SAVED)
    dataset = view.dataset
    expected = expected_state(dataset)
    if options.document and options.document not in dataset.documents:
        raise UnusableFile("There is no document {id} in documents.yaml.", {"id": options.document})
    limits = replace(UPLOAD, file_bytes=int(config.upload_megabytes * 1_000_000))
    described, told = [], []
    for number, path in enumerate(options.file, 1):
        if sys.stderr.isatty():
            print(f"Reading {path} ({number} of {len(options.file)}); Ctrl+C cancels.", file=sys.stderr)
        if _is_table(path):
            table = _told_with_name(path, partial(describe_table, path, options, view, limits=limits))
            described.append(table)
            told.append(summarize_table(path, table))
            continue
        read = partial(parse_upload, path, language=options.lang, limits=limits)
        document = check_state(_told_with_name(path, read), expected)
        described.append(describe_import(document))
        told.append("\n".join([_summary(document, path), *_comparison(view, document, options.document)]))
    if options.json:
        return json.dumps(described[0] if len(described) == 1 else described, ensure_ascii=False, indent=2)
    return "\n\n".join(told)


def _is_table(path: Path) -> bool:
    from tracker.sandbox.kinds import is_table

    try:
        with BoundedFile(io.FileIO(path)) as file:
            return is_table(file, path.name)
    except OSError:
        return False  # the reader of the file says why


def _told_with_name(path: Path, read: Callable[[], ReadFile]) -> ReadFile:
    """Return what `read` returns. If the file cannot be read, say which one."""
    try:
        return read()
    except UnusableFile as error:
        raise UnusableFile("{file}: {reason}", {"file": str(path), "reason": str(error)}) from None


def _comparison(view: View, imported: ImportedDocument, document_id: str | None) -> list[str]:
    """Return a line for each state of the recommendations in the file, compared with the data: new, same, changed."""
    document = view.dataset.documents[document_id] if document_id else document_of_symbol(view, imported.symbol)
    numbers: dict[str, list[str]] = {}
    for review in review_paragraphs(view, imported, document):
        if review.paragraph.is_recommendation:
            numbers.setdefault(review.state, []).append(review.paragraph.number)
    return [f"{state}: {', '.join(found)}" for state, found in numbers.items()]


def describe_import(document: ImportedDocument) -> dict[str, object]:
    """Return the document and its recommendations as plain values for JSON.

    A date that we worked out from a period is not in "due" but in "computed_due".
    """
    follow_up, report = document.follow_up, document.next_report
    return {
        "document": {
            "symbol": document.symbol,
            "adopted": document.adopted,
            "considered": document.considered,
            "follow_up": {
                "paragraphs": list(follow_up.paragraphs) if follow_up else [],
                "due": follow_up.reply.stated if follow_up else None,
                "period": (follow_up.reply.period or None) if follow_up else None,
                "computed_due": follow_up.reply.date if follow_up and follow_up.reply.computed else None,
            },
            "next_report": {
                "due": report.stated if report else None,
                "computed_due": report.date if report and report.computed else None,
            },
            "language": document.language,
            "notices": [str(notice) for notice in document.notices],
        },
        "recommendations": [_describe(paragraph) for paragraph in document.recommendations],
    }


def _describe(paragraph: ImportedParagraph) -> dict[str, object]:
    return {
        "paragraph": paragraph.number,
        "heading": paragraph.heading or None,
        "text": paragraph.full_text,
        "parts": [{"id": part.id, "text": part.text} for part in paragraph.parts],
    }


def _summary(document: ImportedDocument, path: Path) -> str:
    follow_up, report = document.follow_up, document.next_report
    lines = [
        f"{path}: {document.symbol or 'no symbol'} ({document.language})",
        f"considered {document.considered or 'not found'}, adopted {document.adopted or 'not found'}",
        f"{len(document.paragraphs)} paragraphs, {len(document.recommendations)} of them recommendations: "
        + ", ".join(paragraph.number for paragraph in document.recommendations),
    ]
    if follow_up:
        due = follow_up.reply.stated or follow_up.reply.period
        computed = f" (our calculation: {follow_up.reply.date})" if follow_up.reply.computed else ""
        lines.append(f"follow-up: paragraphs {', '.join(follow_up.paragraphs)}; due {due}{computed}")
    if report:
        lines.append(f"next report: {report.stated or 'no date'}")
    return "\n".join([*lines, *map(str, document.notices)])
