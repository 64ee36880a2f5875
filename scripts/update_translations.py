"""Update tracker/locale from the messages in the code: python -m scripts.update_translations.

With --check, only report problems and change no file.
"""

import argparse
import ast
import io
import re
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from tracker.i18n import LANGUAGES

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "tracker" / "locale"
TRANSLATED = tuple(code for code in LANGUAGES if code != "en")
"""The languages of the interface, without English. The messages in the code are in English."""
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
HEADER = """\
# The messages of the interface. python -m scripts.update_translations updates them from the code.
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


def extract_from_python(
    file: BinaryIO, keywords: Collection[str], *_tags: Any, options: Any
) -> Iterator[tuple[Any, ...]]:
    """Yield (line, function, arguments, comments) for each message in a Python file, as Babel asks of an extractor.

    Babel's own extractor skips f-strings before Python 3.12.
    """
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in keywords:
                words = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
                yield node.lineno, name, words, []


def extract_messages(root: Path) -> Catalog:
    """Return every message of the code and the templates, without translations."""
    templates, catalog = "tracker/templates/**.*ml", Catalog()
    python = "scripts.update_translations:extract_from_python"
    methods = [("tracker/**.py", python), ("pages/**.py", python), (templates, "jinja2")]
    options = {templates: {"silent": "false"}}
    for file, line, message, comments, context in extract_from_dir(root, methods, options, keywords=KEYWORDS):
        catalog.add(message, locations=[(file, line)], auto_comments=comments, context=context)
    return catalog


def read_translations(code: str) -> Catalog:
    """Return the translations into the language `code`. The catalog is empty if the language has no file yet."""
    try:
        return read_po(io.BytesIO(po_path(code).read_bytes()), locale=code)
    except FileNotFoundError:
        return Catalog(locale=code)


def po_path(code: str) -> Path:
    """Return the path of the translation file of the language `code`."""
    return LOCALE / code / "LC_MESSAGES" / "tracker.po"


def find_problems(messages: Catalog, translated: Catalog) -> list[str]:
    """Return a line for each translation that is missing, fuzzy, no longer used, or has other placeholders.

    `messages` are those of the code, `translated` is the catalog of one language.
    """
    problems = []
    for message in _all(messages):
        translation = translated.get(message.id, message.context)
        if translation is None or not all(_texts(translation.string)):
            problems.append(f"not translated: {_name(message)}")
        elif translation.fuzzy:
            problems.append(f"fuzzy: {_name(message)}")
        elif any(_placeholders(form) != _placeholders(*_texts(message.id)) for form in _texts(translation.string)):
            problems.append(f"not the same placeholders: {_name(message)}")
    unused = [m for m in _all(translated) if messages.get(m.id, m.context) is None]
    problems += [f"no longer used: {_name(message)}" for message in [*unused, *translated.obsolete.values()]]
    return problems


def _all(catalog: Catalog) -> list[Message]:
    # the header of the file is a message with an empty id
    return [message for message in catalog if message.id]


def _texts(texts: Any) -> tuple[str, ...]:
    """Return the singular and the plural forms of a message or a translation; only one text if it has no plural."""
    return (texts,) if isinstance(texts, str) else tuple(texts)


def _placeholders(*texts: str) -> set[str]:
    return set(re.findall(r"\{\w*\}?|\}", "\n".join(texts)))


def _name(message: Message) -> str:
    """Return a message as a report names it: its context, if any, and its text or singular."""
    return (f"{message.context}: " if message.context else "") + _texts(message.id)[0]


def update_catalog(messages: Catalog, translated: Catalog) -> str:
    """Bring the catalog `translated` up to date with the messages of the code, and return the text of its .po file.

    The translation of a reworded message is marked fuzzy. A translation that is no longer used is left out.
    """
    translated.update(messages)
    body = io.BytesIO()
    shape: dict[str, Any] = {"width": 0, "sort_output": True, "include_lineno": False, "include_previous": True}
    write_po(body, translated, omit_header=True, ignore_obsolete=True, **shape)
    header = HEADER.format(code=translated.locale, plural=translated.plural_forms)
    return header + body.getvalue().decode().strip() + "\n"


def main() -> int:
    """Update the files, or only check them, and print the problems. Return 1 if there are any, otherwise 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    messages, problems = extract_messages(ROOT), []
    for code in TRANSLATED:
        if not check:
            po_path(code).parent.mkdir(parents=True, exist_ok=True)
            po_path(code).write_text(update_catalog(messages, read_translations(code)), encoding="utf-8")
        found = find_problems(messages, read_translations(code))
        problems += [f"{po_path(code).relative_to(ROOT)}: {problem}" for problem in found]
    print("\n".join(problems) or f"{len(messages)} messages, all translated.")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
