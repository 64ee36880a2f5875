"""Bring tracker/locale in step with the code: python -m scripts.update_translations. With --check nothing is written, only said."""

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

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "tracker" / "locale"
TRANSLATED = ("ru", "ky")
"""The languages beside English, which is what the code is written in."""
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
}
HEADER = """\
# What the interface says. python -m scripts.update_translations keeps the messages in step with the code.
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


def calls(file: BinaryIO, keywords: Collection[str], _tags: Any, options: Any) -> Iterator[tuple[Any, ...]]:
    """What Python code asks to translate. Babel's own extractor does not look into f-strings before Python 3.12."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in keywords:
                words = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
                yield node.lineno, name, words, []


def messages_of(root: Path) -> Catalog:
    """Every message of the code and of the templates, untranslated."""
    methods = [("tracker/**.py", calls), ("pages/**.py", calls), ("tracker/templates/**.html", "jinja2")]
    options = {"tracker/templates/**.html": {"silent": "false"}}
    found = Catalog()
    for file, line, message, comments, context in extract_from_dir(root, methods, options, KEYWORDS):
        found.add(message, locations=[(file, line)], auto_comments=comments, context=context)
    return found


def translations(code: str) -> Catalog:
    """The translations of a language as they are kept; none at first."""
    try:
        return read_po(io.BytesIO(path(code).read_bytes()), locale=code)
    except FileNotFoundError:
        return Catalog(locale=code)


def path(code: str) -> Path:
    """Where the translations of a language are kept."""
    return LOCALE / code / "LC_MESSAGES" / "tracker.po"


def amiss(messages: Catalog, translated: Catalog) -> list[str]:
    """What keeps readers of a language from seeing their own words, or what nobody will see any more."""
    wrong = []
    for message in _all(messages):
        there = translated.get(message.id, message.context)
        if there is None or not all(_forms(there)):
            wrong.append(f"not translated: {_name(message)}")
        elif there.fuzzy:
            wrong.append(f"fuzzy: {_name(message)}")
        elif any(_gaps(form) != _gaps(*_ids(message)) for form in _forms(there)):
            wrong.append(f"not the same placeholders: {_name(message)}")
    unused = [m for m in _all(translated) if messages.get(m.id, m.context) is None]
    wrong += [f"no longer used: {_name(message)}" for message in [*unused, *translated.obsolete.values()]]
    return wrong


def _all(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]  # The header is a message too, without words.


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def _gaps(*texts: str) -> set[str]:
    return set(re.findall(r"\{\w*\}?|\}", "\n".join(texts)))


def _name(message: Message) -> str:
    return (f"{message.context}: " if message.context else "") + _ids(message)[0]


def updated(messages: Catalog, translated: Catalog) -> str:
    """The file with today's messages. A message that was only reworded keeps its translation, marked fuzzy."""
    translated.update(messages)
    body = io.BytesIO()
    write_po(
        body, translated, width=0, sort_output=True, include_lineno=False, omit_header=True,
        ignore_obsolete=True, include_previous=True,
    )  # fmt: skip
    header = HEADER.format(code=translated.locale, plural=translated.plural_forms)
    return header + body.getvalue().decode().strip() + "\n"


def main() -> int:
    """Updates the files, or checks them; 1 when something is amiss."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--check", action="store_true", help="change nothing")
    check = wanted.parse_args().check
    messages, wrong = messages_of(ROOT), []
    for code in TRANSLATED:
        if not check:
            path(code).parent.mkdir(parents=True, exist_ok=True)
            path(code).write_text(updated(messages, translations(code)), encoding="utf-8")
        wrong += [f"{path(code).relative_to(ROOT)}: {what}" for what in amiss(messages, translations(code))]
    print("\n".join(wrong) or f"{len(messages)} messages, all translated.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
