"""Reports of the Universal Periodic Review made for tests: one text as PDF, .docx, web page and pasted text.

A line break in the text is one on the page, "^1^" the raised number of a footnote, "~~~" the end of a page; below "___" stand
the notes of a page.
"""

import io
import re
from itertools import pairwise

import docx
import pikepdf
from pikepdf import Dictionary, Name

SYMBOL = "A/HRC/99/7"
FRONT = """Human Rights Council
Ninety-ninth session
Agenda item 6
Universal periodic review
Report of the Working Group on the Universal Periodic Review*
Ruritania
United Nations A/HRC/99/7
~~~
Contents
II. Conclusions and/or recommendations ........................ 12–14 3
~~~
Introduction
1. The Working Group on the Universal Periodic Review, established in accordance
with Human Rights Council resolution 5/1, held its fortieth session from 3 to 14 May
2021. The review of Ruritania was held at the 2nd meeting, on 4 May 2021. At its
10th meeting, held on 7 May 2021, the Working Group adopted the report on Ruritania.
II. Conclusions and/or recommendations
"""
CLOSING = """All conclusions and/or recommendations contained in the present report reflect
the position of the submitting States. They should not be construed as endorsed.
Annex
Composition of the delegation
1. The delegation of Ruritania (Norway) was headed by a minister;"""


def whole_report(section: str, *, closing: str = f"99. {CLOSING}") -> str:
    """Return the text of a report with this section of conclusions."""
    return f"{FRONT}{section.strip()}\n{closing}"


def as_text(report: str) -> bytes:
    """Return the report as pasted text: with the margins of its pages, and the numbers of notes right after the words."""
    pages = [re.sub(r"\^(\d+)\^", r"\1", page.replace("___\n", "")).strip() for page in report.split("~~~")]
    return "\f".join(f"{SYMBOL}\n{page}\n{n}" for n, page in enumerate(pages, 1)).encode()


def as_pdf(report: str) -> bytes:
    """Return the report as a PDF, with a symbol, a page number and a job number on each page, and raised numbers of notes."""
    pdf = pikepdf.new()
    fonts = Dictionary(
        F=pdf.make_indirect(
            Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
        )
    )
    for number, page in enumerate(report.split("~~~"), 1):
        body, _, notes = page.strip().partition("___\n")
        drawn = [_line(SYMBOL, 40, 800), *(_line(text, 40, 780 - 14 * at) for at, text in enumerate(body.splitlines()))]
        drawn += [_line(text, 40, 120 - 11 * at, size=8) for at, text in enumerate(notes.splitlines())]
        drawn += [_line(f"{number}", 500, 40), _line("GE.21-15091", 40, 30)]
        made = pdf.add_blank_page(page_size=(595, 842))
        made.obj["/Resources"] = Dictionary(Font=fonts)
        made.obj["/Contents"] = pdf.make_stream(b"\n".join(drawn))
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def _line(text: str, x: int, y: int, *, size: int = 10) -> bytes:
    pieces = [b"BT 1 0 0 1 %d %d Tm" % (x, y)]
    for at, piece in enumerate(text.split("^")):
        escaped = re.sub(rb"([()\\])", rb"\\\1", piece.encode("cp1252", "replace"))
        pieces.append(b"/F %d Tf %d Ts (%s) Tj" % ((size - 3, 4, escaped) if at % 2 else (size, 0, escaped)))
    return b" ".join([*pieces, b"ET"])


def as_docx(report: str) -> bytes:
    """Return the report as a .docx file: a paragraph for each entry, the symbol in the header of the page."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = SYMBOL
    for text in _paragraphs(report):
        paragraph = document.add_paragraph()
        for at, piece in enumerate(text.split("^")):
            run = paragraph.add_run(piece)
            run.font.superscript = bool(at % 2)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def as_html(report: str) -> bytes:
    """Return the report as a saved web page with a menu."""
    texts = (re.sub(r"\^(\d+)\^", r"<sup>\1</sup>", text) for text in _paragraphs(report))
    return f"<html><head><title>{SYMBOL}</title></head><body><nav>Menu</nav><main>{''.join(f'<p>{t}</p>' for t in texts)}</main></body></html>".encode()


def _paragraphs(report: str) -> list[str]:
    """Return the text as paragraphs, without page breaks and notes."""
    lines = [line.strip() for page in report.split("~~~") for line in page.partition("___\n")[0].strip().splitlines()]
    paragraphs = [lines[0]]
    for before, line in pairwise(lines):
        begins = re.match(r"\(?\d+(?:\.\d+)?[.)]? \w|\([a-z]\) |[IVX]+\. ", line) or (
            line[:1].isupper() and len(before) < 62
        )
        if begins:
            paragraphs.append(line)
        else:
            paragraphs[-1] += line if before.endswith("-") else f" {line}"
    return [re.sub(r"(?<=pos)-(?=sible)", "", text) for text in paragraphs]
