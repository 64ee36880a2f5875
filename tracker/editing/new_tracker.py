"""The command `new`, which writes the first files of a tracker for another State."""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePath

from babel import Locale, UnknownLocaleError

from tracker.config import Config
from tracker.editing.forms.values import contact_from_input, free_id
from tracker.model.errors import TrackerError
from tracker.model.vocabulary import MechanismKind
from tracker.storage.yaml.defaults import known_mechanisms
from tracker.storage.yaml.file_parser import parse_file
from tracker.storage.yaml.format import record_values, to_flow
from tracker.validation.shared_words import VOCABULARY_FILE, Vocabulary, read_vocabulary

TITLES = {
    "en": "Human rights recommendations: {state}",
    "fr": "Recommandations relatives aux droits humains : {state}",
    "es": "Recomendaciones de derechos humanos: {state}",
    "ru": "Рекомендации по правам человека: {state}",
    "ky": "Адам укуктары боюнча сунуштар: {state}",
}
"""The title of a new tracker, by language."""
_TRACKER = """\
# What this tracker is about. Statuses, colours, groups of people and common synonyms come with the tracker; a key that is
# written here replaces the tracker's own. docs/editing-by-hand.md explains every key.
title: {title}
# The State whose record is tracked: one dataset, one State.
state_party: {state}
# A text without a language code is in the main language. Editors may write in any of the languages.
language: {language}
languages: {languages}
timezone: {timezone}
publisher:
  name: {publisher}
  # Where readers report a mistake, as a mail address or a page.
{contact}
# The organisations that assess, beside the editors of this tracker. kind: civil-society, national-institution or academic.
organisations:{organisations}
# Your own tags. By its keywords a theme is proposed for a paragraph that is brought in. For example:
#   - id: fair-trial
#     label: {{en: Fair trial, ru: Справедливый суд}}
#     keywords: [fair trial, presumption of innocence]
{themes}
# Words that mean the same in a search, beside the common ones. First the names of the State.
synonyms:
  - {synonyms}
"""
_MECHANISMS = """\
# The mechanisms that this tracker follows, in the order of the pages. Names, treaties and grading scales come with the
# tracker; a key that is written here replaces the tracker's own. Others that it knows: {others}.
treaty_bodies:
{ids}
"""
_DOCUMENTS = "# The documents of all reporting cycles. The tracker adds them as you bring them in.\ndocuments: []\n"
_WRITTEN = """\
{folder}: tracker.yaml, treaty_bodies.yaml and documents.yaml are written. Next:
  python -m tracker check {folder}
  TRACKER_DATA={folder} python -m tracker invite NAME
  TRACKER_DATA={folder} make run
The first page then says what to do: bring in the last recommendations, add your own demands, invite colleagues."""
Ask = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class NewTracker:
    """The answers for a new tracker. `languages` has the main one first, `mechanisms` has ids, and `organisations` has names."""

    state: Mapping[str, str]
    languages: tuple[str, ...]
    timezone: str
    organisations: tuple[str, ...]
    contact: str
    mechanisms: tuple[str, ...]
    vocabulary: Vocabulary = field(default_factory=Vocabulary)


def add_new_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `new` to the `commands` of the command line."""
    about = "write the files of a tracker for another State into a new folder"
    parser = commands.add_parser("new", help=about, description=f"{about}; what is not given here is asked")
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that does not exist yet, or is empty")
    state = "the State, such as Freedonia or ru=Фридония; repeat it for other languages"
    parser.add_argument("--state", action="append", metavar="[CODE=]NAME", default=[], help=state)
    parser.add_argument("--languages", metavar="CODES", help="with commas, the main one first, such as en,ru")
    parser.add_argument("--time-zone", metavar="NAME", help="such as Europe/Paris")
    organisation = "an organisation of civil society that assesses; may be repeated"
    parser.add_argument("--organisation", action="append", metavar="NAME", default=[], help=organisation)
    parser.add_argument("--contact", metavar="ADDRESS", help="the mail address or page for reports of mistakes")
    mechanism = f"may be repeated: {', '.join(known_mechanisms())}"
    parser.add_argument("--mechanism", action="append", metavar="ID", default=[], help=mechanism)
    vocabulary = "start with the themes, groups and mechanisms of a network; docs/network.md explains the file"
    parser.add_argument("--vocabulary", type=Path, metavar="FILE", help=vocabulary)
    parser.set_defaults(run=_run, is_cancellable=True)


def _run(options: argparse.Namespace, _config: Config, _now: datetime) -> str:
    """Write the files, and return the message that says what to do next. At a terminal, ask for missing answers."""
    folder: Path = options.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TrackerError(f"{folder} is there and not empty, so nothing was written. Name a new folder.")
    files = format_files(collect_answers(options, input if sys.stdin.isatty() else None))
    if options.vocabulary:
        files[VOCABULARY_FILE] = options.vocabulary.read_text("utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        with (folder / name).open("x", encoding="utf-8") as file:
            file.write(text)
    return _WRITTEN.format(folder=folder)


def collect_answers(options: argparse.Namespace, ask: Ask | None) -> NewTracker:
    """Return the answers: from `options`, else from `ask`, else defaults. Raises TrackerError (no State, unknown mechanism)."""

    def answer(given: str | None, question: str, default: str) -> str:
        """Return the answer `given` as an option, else the answer to the `question`, else the `default`."""
        return given if given is not None else (ask(f"{question} [{default}]: ").strip() or default if ask else default)

    def several(given: Sequence[str], question: str, default: str) -> tuple[str, ...]:
        """Return several answers, without repetitions. A person who is asked types commas between them."""
        typed = given or answer(None, question, default).split(",")
        return tuple(dict.fromkeys(filter(None, (one.strip() for one in typed))))

    if not options.state and not ask:
        raise TrackerError("Add --state. Nothing was written.")
    state = several(options.state, "The State", "")
    languages = several((options.languages or "").split(",") if options.languages else (), "Languages", "en")
    bodies = [body.id for body in known_mechanisms().values() if body.kind is MechanismKind.TREATY_BODY]
    shared = read_vocabulary(options.vocabulary) if options.vocabulary else Vocabulary()
    given = [name for one in options.mechanism for name in one.split(",")] or shared.mechanisms
    mechanisms = several(given, f"Mechanisms, of {', '.join(known_mechanisms())}", ",".join(bodies))
    answers = NewTracker(
        state=_names_of_state(state, languages),
        languages=languages,
        timezone=answer(options.time_zone, "Time zone", "UTC"),
        organisations=several(options.organisation, "Organisations that assess, with commas", ""),
        contact=answer(options.contact, "Mail address or page for reports of mistakes", ""),
        mechanisms=tuple(name.lower() for name in mechanisms),
        vocabulary=shared,
    )
    if not answers.state:
        raise TrackerError("A tracker is about one State: name it. Nothing was written.")
    if unknown := [name for name in answers.mechanisms if name not in known_mechanisms()]:
        raise TrackerError(f"{unknown[0]!r} is not one of {', '.join(known_mechanisms())}. Nothing was written.")
    return answers


def _names_of_state(given: Iterable[str], languages: Sequence[str]) -> dict[str, str]:
    """Return a mapping: language code → name of the State, `languages` first. For a known State, Babel adds missing names."""
    pairs = [(code, name) if name else (languages[0], code) for code, _, name in (one.partition("=") for one in given)]
    names = {code.strip(): name.strip() for code, name in pairs}
    by_language: dict[str, Mapping[str, str]] = {}
    for code in languages:
        with suppress(UnknownLocaleError, ValueError):
            by_language[code] = dict(Locale.parse(code).territories)
    found = [key for code, name in names.items() for key, one in by_language.get(code, {}).items() if one == name]
    others = {code: known[key] for key in found[:1] for code, known in by_language.items() if key in known}
    ordered = others | names
    return {code: ordered[code] for code in dict.fromkeys((*languages, *ordered)) if code in ordered}


def _format_terms(shared: Vocabulary) -> str:
    """Return the keys `themes` and `groups` of tracker.yaml: those of the network, or no theme and the common groups."""
    kinds = {"themes": shared.themes, "groups": shared.groups}
    rows = {kind: [record_values(term) for term in terms] for kind, terms in kinds.items() if terms or kind == "themes"}
    return "\n".join(
        f"{kind}:{''.join(f'{chr(10)}  - {to_flow(row)}' for row in of) or ' []'}" for kind, of in rows.items()
    )


def format_files(answers: NewTracker) -> dict[str, str]:
    """Return a mapping: file name → text, for each file of the new tracker. Raises TrackerError if an answer cannot be used."""
    organisations: dict[str, str] = {}
    for name in answers.organisations:
        words = name if re.search("[A-Za-z]", name) else "organisation"
        organisations[free_id(words, {*organisations, "editors"})] = name
    contact = contact_from_input(answers.contact) or f"mailto:{answers.contact}"
    main = next(iter(answers.state.values()))
    titled = [code for code in answers.languages if code in TITLES]
    titles = {code: TITLES[code].format(state=answers.state.get(code, main)) for code in titled}
    rows = [{"id": key, "name": name, "kind": "civil-society"} for key, name in organisations.items()]
    others = [name for name in known_mechanisms() if name not in answers.mechanisms]
    ids = "\n".join(f"  - id: {name}" for name in answers.mechanisms)
    files = {
        "tracker.yaml": _TRACKER.format(
            title=to_flow(titles or main),
            state=to_flow(answers.state),
            language=answers.languages[0],
            languages=to_flow(list(answers.languages)),
            timezone=to_flow(answers.timezone),
            publisher=to_flow(", ".join(answers.organisations) or titles.get(answers.languages[0], main)),
            contact=f"  contact: {to_flow(contact)}" if answers.contact else "  # contact: mailto:name@example.org",
            organisations="".join(f"\n  - {to_flow(row)}" for row in rows) or " []",
            themes=_format_terms(answers.vocabulary),
            synonyms=to_flow(list(dict.fromkeys(answers.state.values()))),
        ),
        "treaty_bodies.yaml": _MECHANISMS.format(others=", ".join(others) or "none", ids=ids),
        "documents.yaml": _DOCUMENTS,
    }
    for name, text in files.items():
        for _line, message in parse_file(PurePath(name), text.encode())[1]:
            raise TrackerError(f"{message}. Nothing was written.")
    return files
