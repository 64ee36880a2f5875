"""Write a document of the corpus as a .docx file, a web page or the text of a PDF, in the ways such files are made."""

import io
import re
import textwrap
import zipfile
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from docx import Document as new_docx
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from tests.support.observations_corpus import Block, CorpusDocument, plain

DOCX_WAYS = ("typed", "automatic", "by-style", "revised", "table", "plain")
HTML_WAYS = ("paragraphs", "lists", "word", "breaks")
TEXT_WAYS = ("close", "spaced", "double")
NOTE = re.compile(r"\^\[([^\]]*)\]")

NUMBERING = """
<w:numbering {ns}>
  <w:abstractNum w:abstractNumId="50"><w:multiLevelType w:val="multilevel"/>
    <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>{style}<w:lvlText w:val="%1."/></w:lvl>
  </w:abstractNum>
  <w:abstractNum w:abstractNumId="51"><w:multiLevelType w:val="multilevel"/>
    <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%1)"/></w:lvl>
    <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="(%2)"/></w:lvl>
  </w:abstractNum>
  <w:abstractNum w:abstractNumId="52"><w:multiLevelType w:val="multilevel"/>
    <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1."/></w:lvl>
  </w:abstractNum>
  <w:num w:numId="60"><w:abstractNumId w:val="50"/></w:num>
  <w:num w:numId="62"><w:abstractNumId w:val="52"/></w:num>
  {lists}
</w:numbering>
"""
RESTARTED = """<w:num w:numId="{id}"><w:abstractNumId w:val="51"/>
  <w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>"""


class DocxWriter:
    """Writes the blocks of a document with python-docx. `way` is one of DOCX_WAYS."""

    def __init__(self, document: CorpusDocument, way: str) -> None:
        self.document, self.way = document, way
        self.file = new_docx()
        self.notes: list[str] = []
        self.lists = 100
        self.automatic = way in ("automatic", "by-style", "revised")

    def write(self) -> bytes:
        facts = self.document.facts
        self._number()
        if self.way == "table":
            masthead = self.file.add_table(rows=1, cols=2)
            masthead.cell(0, 0).text = "United Nations"
            masthead.cell(0, 1).text = f"{facts['symbol']}\nDistr.: General\nOriginal: English"
        else:
            self.file.sections[0].header.paragraphs[0].text = facts["symbol"]
        self.file.add_paragraph(facts["committee"])
        title = self.file.add_paragraph(style="Title" if self.way != "typed" else None)
        title.add_run(facts["title"]).bold = True
        if self.way in ("typed", "table"):
            title.add_run("*")
        else:
            self._add_note(title, facts["adoption"], "*")
        last = ""
        for block in self.document.blocks:
            self._add(block, last)
            last = block.kind
        if self.way == "revised":
            self._revise()
        if self.way == "table":
            self.file.paragraphs[0].insert_paragraph_before(f"* {facts['adoption']}")
        elif self.way == "typed":
            self.file.add_paragraph(f"* {facts['adoption']}")
        target = io.BytesIO()
        self.file.save(target)
        return with_footnotes(target.getvalue(), self.notes)

    def _add_note(self, paragraph: Any, text: str, mark: str = "") -> None:
        self.notes.append(text)
        custom = ' w:customMarkFollows="1"' if mark else ""
        shown = f"<w:t>{mark}</w:t>" if mark else ""
        paragraph._p.append(
            parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference{custom} w:id="{len(self.notes) + 1}"/>{shown}</w:r>')
        )

    def _number(self) -> None:
        part = self.file.part.numbering_part
        count = sum(block.kind == "part" and block.label == "a" for block in self.document.blocks) + 2
        lists = "".join(RESTARTED.format(id=100 + index) for index in range(count))
        style = '<w:pStyle w:val="ParNo"/>' if self.way == "by-style" else ""
        made = parse_xml(NUMBERING.format(ns=nsdecls("w"), style=style, lists=lists))
        for child in list(part.element):
            part.element.remove(child)
        for child in list(made):
            part.element.append(child)
        if self.way == "by-style":
            style_of_numbers = self.file.styles.add_style("ParNo", 1)
            properties = style_of_numbers.element.get_or_add_pPr()
            properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="60"/></w:numPr>'))

    def _list(self, paragraph: Any, number: int, level: int = 0) -> None:
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
        )

    def _add(self, block: Block, last: str) -> None:
        text = block.text if block.kind in ("paragraph", "part", "more", "nested") else plain(block.text)
        level = int(block.kind[1]) if block.kind in ("h1", "h2", "h3") else 0
        if level:
            self._add_heading(text, level)
            return
        if block.kind == "part" and block.label == "a":
            self.lists += 1
        if block.kind == "part" and self.way == "typed" and last == "paragraph" and self.lists % 2:
            # after a soft line break in the paragraph before
            run = self.file.paragraphs[-1].add_run()
            run.add_break(WD_BREAK.LINE)
            self.file.paragraphs[-1].add_run(f"{block.shown} {plain(text)}")
            return
        paragraph = self.file.add_paragraph()
        if block.kind == "paragraph":
            self._add_number(paragraph, block)
        elif block.kind in ("part", "nested"):
            if self.automatic and self.document.facts["language"] == "en":
                self._list(paragraph, self.lists, 0 if block.kind == "part" else 1)
            else:
                paragraph.add_run(f"{block.shown}\t")
        self._add_text(paragraph, text)

    def _add_heading(self, text: str, level: int) -> None:
        if self.way in ("typed", "plain"):
            self.file.add_paragraph().add_run(text).bold = self.way == "typed"
            return
        if level == 1 and self.way == "automatic" and re.match(r"[A-Z]\. ", text):
            self._list(self.file.add_paragraph(text[3:], style="Heading 1"), 62)
            return
        self.file.add_paragraph(text, style=f"Heading {level}")

    def _add_number(self, paragraph: Any, block: Block) -> None:
        if self.way == "by-style":
            paragraph.style = self.file.styles["ParNo"]
        elif self.automatic:
            self._list(paragraph, 60)
        else:
            glue = ("\t", " ", "\u00a0", "")[int(block.label) % 4]
            paragraph.add_run(f"{block.label}.{glue}" if int(block.label) % 5 else f"{block.label}{glue or ' '}")

    def _add_text(self, paragraph: Any, text: str) -> None:
        """Add a text in several runs, with its footnotes, soft hyphens and no-break spaces."""
        pieces = NOTE.split(text)
        for place, piece in enumerate(pieces):
            if place % 2:
                self._add_note(paragraph, piece)
            else:
                self._add_runs(paragraph, plain(piece))
        if self.way == "revised":
            self._add_tracked(paragraph)

    def _add_runs(self, paragraph: Any, text: str) -> None:
        words = text.split(" ")
        for start in range(0, len(words), 7):
            piece = " ".join(words[start : start + 7]) + (" " if start + 7 < len(words) else "")
            half = len(piece) // 2
            paragraph.add_run(piece[:half].replace("ation", "a\u00adtion"))
            run = paragraph.add_run(piece[half:].replace("para. ", "para.\u00a0"))
            if self.way == "revised" and start % 21 == 7:
                run.italic = True

    def _add_tracked(self, paragraph: Any) -> None:
        """Add a deleted text, which is not read, and mark the last run of the paragraph as inserted."""
        deleted = parse_xml(
            f'<w:del {nsdecls("w")} w:id="900" w:author="x"><w:r><w:delText> The State party should not.</w:delText>'
            "</w:r></w:del>"
        )
        paragraph._p.append(deleted)
        last = paragraph._p.findall(qn("w:r"))[-1]
        inserted = OxmlElement("w:ins")
        inserted.set(qn("w:id"), "901")
        last.addprevious(inserted)
        inserted.append(last)

    def _revise(self) -> None:
        """Add a numbered paragraph that is marked as deleted, so that it takes no number."""
        anchor = self.file.paragraphs[-4]._p
        anchor.addprevious(
            parse_xml(
                f'<w:p {nsdecls("w")}><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="60"/></w:numPr>'
                '<w:rPr><w:del w:id="902" w:author="x"/></w:rPr></w:pPr><w:del w:id="903" w:author="x"><w:r>'
                "<w:delText>The State party should do what was deleted.</w:delText></w:r></w:del></w:p>"
            )
        )


def with_footnotes(data: bytes, notes: list[str]) -> bytes:
    """Return a .docx file with a part for its footnotes, which python-docx cannot write."""
    made = "".join(
        f'<w:footnote w:id="{n}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {escape(note)}</w:t></w:r></w:p></w:footnote>'
        for n, note in enumerate(notes, 2)
    )
    part = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>{made}</w:footnotes>'
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/_rels/document.xml.rels":
                related = f'<Relationship Id="rId900" Type="{kind}" Target="footnotes.xml"/></Relationships>'
                content = content.replace(b"</Relationships>", related.encode())
            new.writestr(name, content)
        new.writestr("word/footnotes.xml", part)
    return target.getvalue()


def as_html(document: CorpusDocument, way: str) -> bytes:
    """Return a document as a page saved from the UN's site. `way` is one of HTML_WAYS."""
    facts = document.facts
    body = []
    notes: list[str] = []

    def inline(text: str) -> str:
        def mark(found: re.Match[str]) -> str:
            notes.append(found[1])
            return f"\0{len(notes)}\0"

        marked = re.sub(r"\{(\w)\}", r"(\1)", NOTE.sub(mark, text).replace("||", "").replace(" {/}", ""))
        shown = escape(marked).replace("para. ", "para.&nbsp;")
        return re.sub("\0(\\d+)\0", r'<sup><a href="#fn\1" id="ref\1">\1</a></sup>', shown)

    open_list = nested_list = False
    for block in document.blocks:
        text = inline(block.text)
        if way == "lists" and facts["language"] == "en":
            if nested_list and block.kind != "nested":
                body.append("</ol></li>")
                nested_list = False
            if open_list and block.kind not in ("part", "nested"):
                body.append("</ol>")
                open_list = False
            if block.kind == "part":
                if not open_list:
                    body.append('<ol type="a">' if len(body) % 2 else '<ol class="letters">')
                    open_list = True
                body.append(f"<li><p>{text}</p></li>")
                continue
            if block.kind == "nested":
                if not nested_list:
                    body[-1] = body[-1].removesuffix("</li>")
                    body.append('<ol style="list-style-type: lower-roman">')
                    nested_list = True
                body.append(f"<li>{text}</li>")
                continue
        if block.kind.startswith("h"):
            body.append(
                f"<h{block.kind[1]}>{text}</h{block.kind[1]}>" if way != "word" else f"<p class=H1G><b>{text}</b></p>"
            )
        elif block.kind == "paragraph" and way == "word":
            body.append(
                f'<p class=SingleTxtG>{block.label}.<span style="font:7pt">&nbsp;&nbsp;&nbsp; </span>{text}</p>'
            )
        else:
            body.append(f"<p>{block.shown} {text}</p>" if block.shown else f"<p>{text}</p>")
    if way == "breaks":
        body = ["<div>" + "<br>\n".join(re.sub(r"</?(?:p|h\d)>", "", line) for line in body) + "</div>"]
    footnotes = "".join(f'<div id="ftn{n}"><p>{n} {escape(note)}</p></div>' for n, note in enumerate(notes, 1))
    page = f"""<!DOCTYPE html><html lang="{facts["language"]}"><head><meta charset="utf-8"><title>{facts["symbol"]}</title>
<style>.letters {{ margin: 0; list-style-type: lower-alpha }}</style><script>var a = "1. The State party should";</script></head><body>
<div class="cookie-banner"><p>The State party should accept cookies.</p><button>Accept</button></div>
<nav><ul><li><a href="/">1. Home</a></li><li>2. Countries</li></ul></nav>
<main><div class="document"><p>United Nations</p><p>{facts["symbol"]}</p><p>{facts["committee"]}</p>
<h1>{escape(facts["title"])}<a href="#ftn0">*</a></h1>{chr(10).join(body)}
<div class="footnotes"><p>* {escape(facts["adoption"])}</p>{footnotes}</div></div></main>
<footer><p>99. The State party should follow us.</p></footer></body></html>"""
    return page.encode()


def text_lines(document: CorpusDocument, notes: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield (lines, footnotes that they refer to) for each block. All footnotes are added to `notes`, too."""
    for block in document.blocks:
        own: list[str] = []

        def mark(found: re.Match[str], own: list[str] = own) -> str:
            notes.append(found[1])
            own.append(f"{len(notes)} {found[1]}")
            return str(len(notes))

        text = NOTE.sub(mark, block.text).replace("||", "").replace(" {/}", "")
        text = re.sub(r"\{(\w)\}", r"(\1)", text)
        text = f"{block.shown} {text}" if block.shown else text
        width = 88 if block.kind not in ("h1", "h2", "h3") else 60
        yield hyphenated(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=True)), own


def hyphenated(lines: list[str]) -> list[str]:
    """Return the lines with some long words divided at the end of a line. The list `lines` is changed."""
    for index in range(len(lines) - 1):
        word, _, rest = lines[index + 1].partition(" ")
        if rest and word.isalpha() and len(word) > 11 and word.islower() and not lines[index].endswith("-"):
            lines[index] += f" {word[:5]}-"
            lines[index + 1] = f"{word[5:]} {rest}"
    return lines


def pages_of(
    document: CorpusDocument,
    first: list[str],
    end: Callable[[list[list[str]], list[str]], None],
    size: int,
    between: list[str],
) -> list[list[str]]:
    """Return the lines of each page. `end(pages, footnotes)` ends a page of so many lines, and begins the next one."""
    notes, pages, footnotes = list[str](), [first], [f"* {document.facts['adoption']}"]
    for lines, own in text_lines(document, notes):
        for line in lines:
            if len(pages[-1]) >= size:
                end(pages, footnotes)
                footnotes.clear()
            pages[-1].append(line)
        footnotes.extend(own)
        pages[-1].extend(between)
    end(pages, footnotes)
    return pages[:-1]


def as_pasted_text(document: CorpusDocument, way: str) -> bytes:
    """Return a document as the pasted text of a PDF, with pages, headers and footnotes. `way`: see TEXT_WAYS."""
    facts = document.facts
    first = [f"United Nations {facts['symbol']}", "Distr.: General", "Original: English", facts["committee"]]

    def end(pages: list[list[str]], footnotes: list[str]) -> None:
        number = len(pages)
        shown = f"GE.24-18112 (E) {number}" if number % 2 else f"{number} GE.24-18112 (E)"
        pages[-1] += ["__________________", *footnotes, shown]
        pages.append([facts["symbol"]])

    pages = pages_of(document, [*first, f"{facts['title']}*"], end, size=40, between=[""] if way == "spaced" else [])
    text = ("\n\f" if way == "spaced" else "\n").join("\n".join(page) for page in pages)
    return (text.replace("\n", "\n\n") if way == "double" else text).encode("utf-8")


HEADS = {
    "the State": lambda page: ["Kyrgyzstan"],
    "the State, on one page": lambda page: ["Kyrgyzstan"] * (page == 2),
    "two lines": lambda page: ["Committee on the Rights of Persons", "Kyrgyzstan"],
    "left and right": lambda page: ["HUMAN RIGHTS COMMITTEE"] if page % 2 else ["KYRGYZSTAN"],
}
"""Name → a function from the number of a page to the lines of its running head."""


def as_pages_with_heads(document: CorpusDocument, head: str, *, at_top: bool, ends: str) -> bytes:
    """Return the text of a PDF whose pages have a head of HEADS. `ends` is what ends a page: "form feed", "number" or "symbol"."""
    facts = document.facts

    def end(pages: list[list[str]], footnotes: list[str]) -> None:
        shown, n = HEADS[head](len(pages)), len(pages)
        pages[-1] += ["__________________", *footnotes, *([] if at_top else shown)]
        pages[-1] += {"number": [str(n)], "symbol": [f"{n} GE.24-18112 (E)"]}.get(ends, [])
        pages.append([*(shown if at_top else []), *([facts["symbol"]] if ends == "symbol" else [])])

    pages = pages_of(document, [facts["symbol"], facts["committee"], f"{facts['title']}*"], end, size=30, between=[])
    return ("\n\f" if ends == "form feed" else "\n").join("\n".join(page) for page in pages).encode()


def as_docx_with_heads(document: CorpusDocument, head: str, *, words: int) -> bytes:
    """Return a .docx file made of a PDF: after so many words, a head of HEADS stands as a paragraph in the text."""
    file, target, left, page = new_docx(), io.BytesIO(), words, 1
    for text in (document.facts["symbol"], document.facts["title"]):
        file.add_paragraph(text)
    for block in document.blocks:
        rest = f"{block.shown} {plain(block.text)}".split()
        while len(rest) > left:
            file.add_paragraph(" ".join(rest[:left]))
            rest, left, page = rest[left:], words, page + 1
            for line in HEADS[head](page):
                file.add_paragraph(line)
        file.add_paragraph(" ".join(rest))
        left -= len(rest)
    file.save(target)
    return target.getvalue()
