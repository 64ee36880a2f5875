"""A short document with concluding observations, for the pages and the command that import documents."""

import io

from docx import Document

from tests.support.examples import examples

TEXTS = examples(__file__)
SMALL_OBSERVATIONS, RUSSIAN_OBSERVATIONS = TEXTS["english"], TEXTS["russian"]


def small_docx(text: str = SMALL_OBSERVATIONS) -> bytes:
    """Return a .docx file with a paragraph for each line of the text."""
    file, target = Document(), io.BytesIO()
    for line in text.splitlines():
        file.add_paragraph(line)
    file.save(target)
    return target.getvalue()
