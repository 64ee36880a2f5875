"""Plant a name in one place of a file at a time, and say what has to become of it."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import docx
import openpyxl

from tests.support.canary_documents import VISIBLE, canary_odt, plain_jpeg, relation, repacked
from tests.support.canary_images import CANARY as C

W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
WP14 = "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
LINKED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TEXT = "<w:r><w:t>Shown.</w:t></w:r>"


@dataclass(frozen=True)
class Planted:
    """A text to put before `before` in a part of a file. `relations` are added to the relationships of the file.

    If `text` begins the same element as `before`, it is put in its place instead.
    """

    part: str
    before: str
    text: str
    relations: str = ""

    def in_part(self, old: str) -> str:
        assert self.before in old, (self.part, self.before)
        put = self.text if self.before.split(" ")[0] in self.text else self.text + self.before
        return old.replace(self.before, put, 1)


def with_words(planted: object, words: str) -> object:
    """The same place with these words in place of the name, with a backslash before each letter where that has one."""
    put = planted.text if isinstance(planted, Planted) else str(planted)
    put = put.replace(backslashes(C), backslashes(words)).replace(C, words)
    if not isinstance(planted, Planted):
        return put
    return replace(planted, text=put, relations=planted.relations.replace(C, words))


def backslashes(text: str) -> str:
    """A text as Excel writes it into a format of numbers."""
    return "".join(f"\\{letter}" for letter in text)


def body(text: str, relations: str = "") -> Planted:
    return Planted("word/document.xml", "<w:sectPr", text, relations)


def style(text: str) -> Planted:
    return Planted("word/styles.xml", "</w:styles>", text)


def sdt(properties: str) -> Planted:
    return body(f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent><w:p>{TEXT}</w:p></w:sdtContent></w:sdt>")


def numbering(level: str = "", text: str = "%1.", before: str = "") -> Planted:
    return Planted(
        "word/numbering.xml",
        "<w:abstractNum ",
        f'<w:abstractNum w:abstractNumId="90">{before}<w:multiLevelType w:val="multilevel"/>'
        f'<w:lvl w:ilvl="0" {level}><w:lvlText w:val="{text}"/></w:lvl></w:abstractNum><w:abstractNum ',
    )


def settings(text: str) -> Planted:
    return Planted("word/settings.xml", "</w:settings>", text)


def link(attributes: str, target: str = "https://undocs.org/") -> Planted:
    hyperlink = f'<w:p><w:hyperlink r:id="rIdX1" xmlns:r="{LINKED}" {attributes}>{TEXT}</w:hyperlink></w:p>'
    return body(hyperlink, relation(1, "hyperlink", target, external=True))


DOCX_GONE = {
    "who may edit a range": body(f'<w:p><w:permStart w:id="1" w:ed="{C}"/>{TEXT}<w:permEnd w:id="1"/></w:p>'),
    "session of a paragraph": body(f'<w:p w:rsidR="{C}">{TEXT}</w:p>'),
    "session of a style": style(f'<w:style w:type="paragraph" w:styleId="x"><w:name w:val="x"/><w:rsid w:val="{C}"/></w:style>'),
    "sessions in the settings": settings(f'<w:rsids><w:rsid w:val="{C}"/></w:rsids>'),
    "password in the settings": settings(f'<w:documentProtection w:hash="{C}" w:salt="{C}"/>'),
    "number of a list": numbering(before=f'<w:nsid w:val="{C}"/>'),
    "template of a list": numbering(before=f'<w:tmpl w:val="{C}"/>'),
    "template of a level": numbering(f'w:tplc="{C}"'),
    "aliases of a style": style(f'<w:style w:type="paragraph" w:styleId="x"><w:name w:val="x"/><w:aliases w:val="{C}"/></w:style>'),
    "hidden styles": style(f'<w:latentStyles><w:lsdException w:name="{C}"/></w:latentStyles>'),
    "anchor of a picture": Planted(
        "word/document.xml", "<wp:inline ", f'<wp:inline xmlns:wp14="{WP14}" wp14:anchorId="{C}" wp14:editId="{C}" '
    ),
    "number of a paragraph": body(f'<w:p xmlns:w14="{W14}" w14:paraId="{C}">{TEXT}</w:p>'),
    "alias of a control": sdt(f'<w:alias w:val="{C}"/>'),
    "tag of a control": sdt(f'<w:tag w:val="{C}"/>'),
    "number of a control": sdt(f'<w:id w:val="{C}"/>'),
    "placeholder of a control": sdt(f'<w:placeholder><w:docPart w:val="{C}"/></w:placeholder>'),
    "tooltip of a link": link(f'w:tooltip="C:/Users/{C}/a.docx"'),
    "frame of a link": link(f'w:tgtFrame="{C}" w:docLocation="{C}"'),
    "file that is linked": link("", f"file:///C:/Users/{C}/a.docx"),
    "id of a link": body(
        f'<w:p><w:hyperlink r:id="rId{C}" xmlns:r="{LINKED}">{TEXT}</w:hyperlink></w:p>',
        relation(1, "hyperlink", "https://undocs.org/", external=True).replace("rIdX1", f"rId{C}"),
    ),
    "smart tag": body(f'<w:p><w:smartTag w:uri="urn:{C}" w:element="{C}">{TEXT}</w:smartTag></w:p>'),
    "custom XML": body(f'<w:customXml w:uri="urn:{C}" w:element="{C}"><w:p>{TEXT}</w:p></w:customXml>'),
    "unknown attribute": body(f'<w:p w:new="{C}">{TEXT}</w:p>'),
    "unknown element": body(f'<w:p>{TEXT}<x:mark xmlns:x="urn:x" id="{C}">{C}</x:mark></w:p>'),
    "unknown element around a paragraph": body(f'<x:mark xmlns:x="urn:x" id="{C}"><w:p>{TEXT}</w:p></x:mark>'),
    "unknown choice": body(
        f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice xmlns:x="urn:{C}" Requires="x"><x:a>{C}</x:a></mc:Choice>'
        f"<mc:Fallback><w:p>{TEXT}</w:p></mc:Fallback></mc:AlternateContent>"
    ),
    "namespace": body(f'<w:p xmlns:{C}="urn:{C}">{TEXT}</w:p>'),
    "instruction": body(f"<?{C} {C}?>"),
}  # fmt: skip
DOCX_READ = {
    "target of a link": link("", f"https://example.org/{C}"),
    "address of a link": link("", f"mailto:{C}@example.org"),
    "name of a style": style(f'<w:style w:type="paragraph" w:styleId="x" w:customStyle="1"><w:name w:val="{C} style"/></w:style>'),
    "name of a bookmark": body(f'<w:p><w:bookmarkStart w:id="7" w:name="{C}"/>{TEXT}<w:bookmarkEnd w:id="7"/></w:p>'),
    "text of a list": numbering(text=f"{C} %1."),
    "choices of a control": sdt(f'<w:dropDownList><w:listItem w:displayText="{C}" w:value="1"/></w:dropDownList>'),
    "instruction of a field": body(
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "https://example.org/{C}"'
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    ),
    "description of a table": body(f'<w:tbl><w:tblPr><w:tblDescription w:val="{C}"/></w:tblPr><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>'),
    "alternative text": Planted("word/document.xml", "<wp:docPr ", f'<wp:docPr descr="{C}" '),
    "title of a picture": Planted("word/document.xml", "<wp:docPr ", f'<wp:docPr title="{C}" '),
    "font": body(f'<w:p><w:r><w:rPr><w:rFonts w:ascii="{C} Sans"/></w:rPr><w:t>Shown.</w:t></w:r></w:p>'),
    "watermark": body(f'<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="{C}"/></v:shape></w:pict></w:r></w:p>'),
    "text between elements": body(f"<w:p>{C}{TEXT}</w:p>"),
    "text box": body(f'<w:p>{TEXT}<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r><w:t>{C}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>{TEXT}</w:p>'),
    "tab of a footer": body(f'<w:p><w:r><w:t>Left</w:t><w:ptab w:relativeTo="margin" w:alignment="right" w:leader="none"/><w:t>{C}</w:t></w:r></w:p>'),
    "word that was deleted": body(f'<w:p><w:r><w:t>Sh</w:t></w:r><w:del w:id="1" w:author="x"><w:r><w:delText>{C}</w:delText></w:r></w:del><w:r><w:t>own</w:t></w:r></w:p>'),
}  # fmt: skip


@cache
def plain_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph(VISIBLE)
    document.add_picture(io.BytesIO(plain_jpeg()))
    document.add_paragraph("First.", style="List Number")
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def docx_with(planted: Planted) -> bytes:
    links = {"word/_rels/document.xml.rels": lambda text: text.replace("</Relati", planted.relations + "</Relati")}
    return repacked(plain_docx(), {planted.part: planted.in_part, **links}, {})


def sheet(text: str, relations: str = "") -> Planted:
    return Planted("xl/worksheets/sheet1.xml", "<pageMargins", text, relations)


def validation(attributes: str, formula: str = '"yes"') -> Planted:
    return sheet(
        f'<dataValidations count="1"><dataValidation type="list" sqref="A1" {attributes}><formula1>{formula}</formula1>'
        "</dataValidation></dataValidations>"
    )


def sheet_link(attributes: str, target: str = "https://undocs.org/") -> Planted:
    hyperlink = f'<hyperlinks><hyperlink ref="A1" xmlns:r="{LINKED}" r:id="rIdX1" {attributes}/></hyperlinks>'
    return sheet(hyperlink, relation(1, "hyperlink", target, external=True))


def on_sheet(attributes: str) -> Planted:
    return Planted("xl/worksheets/sheet1.xml", "<worksheet ", f"<worksheet {attributes} ")


def workbook(text: str) -> Planted:
    return Planted("xl/workbook.xml", "<calcPr", text)


SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REVISION = "http://schemas.microsoft.com/office/spreadsheetml/2014/revision"
XLSX_GONE = {
    "user of a scenario": sheet(f'<scenarios><scenario name="{C}" user="{C}" comment="{C}"><inputCells r="B1" val="1"/></scenario></scenarios>'),
    "protected range": sheet(f'<protectedRanges><protectedRange name="{C}" sqref="A1" securityDescriptor="{C}"/></protectedRanges>'),
    "password of a sheet": sheet(f'<sheetProtection sheet="1" hashValue="{C}" saltValue="{C}" algorithmName="{C}"/>'),
    "text that a link shows": sheet_link(f'display="{C}"'),
    "tooltip of a link": sheet_link(f'tooltip="C:/Users/{C}/a.xlsx"'),
    "file that is linked": sheet_link("", f"file:///C:/Users/{C}/a.xlsx"),
    "number of the sheet": on_sheet(f'xmlns:xr="{REVISION}" xr:uid="{C}"'),
    "view of a person": sheet(f'<customSheetViews><customSheetView guid="{C}"/></customSheetViews>'),
    "extension": sheet(f'<extLst><ext uri="{C}"><x:a xmlns:x="urn:{C}">{C}</x:a></ext></extLst>'),
    "name in a program": Planted("xl/worksheets/sheet1.xml", "<sheetPr", f'<sheetPr codeName="{C}"'),
    "comment of a name": workbook(f'<definedNames><definedName name="n" comment="{C}" description="{C}">1</definedName></definedNames>'),
    "unknown attribute": on_sheet(f'new="{C}"'),
    "unknown element": sheet(f'<new a="{C}">{C}</new>'),
    "namespace": on_sheet(f'xmlns:{C}="urn:{C}"'),
}  # fmt: skip
XLSX_READ = {
    "footer": sheet(f"<headerFooter><oddFooter>{C}</oddFooter></headerFooter>"),
    "header of the first page": sheet(f'<headerFooter differentFirst="1"><firstHeader>&amp;L{C}</firstHeader></headerFooter>'),
    "input prompt": validation(f'prompt="Ask {C}."'),
    "title of a prompt": validation(f'promptTitle="{C}"'),
    "error message": validation(f'error="{C}" errorTitle="{C}"'),
    "choices of a cell": validation("", f'"yes,{C}"'),
    "target of a link": sheet_link("", f"mailto:{C}@example.org"),
    "place of a link": sheet_link(f'location="{C}!A1"'),
    "defined name": workbook(f'<definedNames><definedName name="{C}">Demands!$A$1</definedName></definedNames>'),
    "name of a cell style": Planted("xl/styles.xml", '<cellStyle name="Normal"', f'<cellStyle name="{C}"'),
    "text of a formula": Planted("xl/worksheets/sheet1.xml", "</row>", f'<c r="E1"><f>IF(B1=12,"x","{C}")</f><v>1</v></c></row>'),
    "number format": Planted("xl/styles.xml", "<fonts", f'<numFmts count="1"><numFmt numFmtId="170" formatCode="0 &quot;{C}&quot;"/></numFmts><fonts'),
    "text that no cell has any more": Planted("xl/sharedStrings.xml", "</sst>", f"<si><t>{C}</t></si>"),
    "alternative text": Planted("xl/drawings/drawing1.xml", 'descr="', f'descr="{C} '),
    "right part of a footer": sheet(f"<headerFooter><oddFooter>&amp;CPage &amp;P&amp;R{C}</oddFooter></headerFooter>"),
    "footer in a font of its own": sheet(f'<headerFooter><evenFooter>&amp;L&amp;"Times,Bold"&amp;8{C}</evenFooter></headerFooter>'),
    "coloured header": sheet(f"<headerFooter><oddHeader>&amp;R&amp;K01+000{C}&amp;D</oddHeader></headerFooter>"),
    "font of a header": sheet(f'<headerFooter><oddHeader>&amp;C&amp;"{C},Bold"Text</oddHeader></headerFooter>'),
    "second line of a prompt": validation(f'prompt="Ask_x000a_{C}_x000a_now"'),
    "second line of a text": Planted("xl/sharedStrings.xml", "</sst>", f"<si><t>Note_x000D_{C}</t></si>"),
    "escaped letters of a number format": Planted("xl/styles.xml", "<fonts", f'<numFmts count="1"><numFmt numFmtId="170" formatCode="0 {backslashes(C)}"/></numFmts><fonts'),
}  # fmt: skip


@cache
def plain_xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Demands"
    book.active.append([VISIBLE, 12])
    book.active.add_image(openpyxl.drawing.image.Image(io.BytesIO(plain_jpeg())), "B5")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def xlsx_with(planted: Planted) -> bytes:
    strings = f'<sst xmlns="{SHEETS}"><si><t>Old.</t></si></sst>'
    changes: dict[str, Callable[[str], str]] = {
        "xl/worksheets/_rels/sheet1.xml.rels": lambda text: text.replace("</Relati", planted.relations + "</Relati"),
        "xl/_rels/workbook.xml.rels": lambda text: text.replace(
            "</Relati", relation(9, "sharedStrings", "sharedStrings.xml") + "</Relati"
        ),
    }
    if planted.part in (added := {"xl/sharedStrings.xml": strings}):
        added[planted.part] = planted.in_part(strings)
    else:
        changes[planted.part] = planted.in_part
    return repacked(plain_xlsx(), changes, added)


def text(put: str) -> Planted:
    return Planted("content.xml", "</office:text>", put)


ODT_GONE = {
    "title of a link": text(f'<text:p><text:a xlink:href="https://undocs.org/" office:title="{C}">A.</text:a></text:p>'),
    "name of a link": text(f'<text:p><text:a xlink:href="https://undocs.org/" office:name="{C}" office:target-frame-name="{C}">A.</text:a></text:p>'),
    "file that is linked": text(f'<text:p><text:a xlink:href="file:///C:/{C}.odt">A.</text:a></text:p>'),
    "password of a section": text(f'<text:section text:name="s" text:protection-key="{C}"><text:p/></text:section>'),
    "number of a paragraph": text(f'<text:p xml:id="{C}">A.</text:p>'),
    "session": text(f'<text:p><text:span officeooo:rsid="{C}">A.</text:span></text:p>'),
    "unknown attribute": text(f'<text:p text:new="{C}">A.</text:p>'),
    "unknown element": text(f'<x:a xmlns:x="urn:{C}" id="{C}"/>'),
    "unknown element in a paragraph": text(f'<text:p>A <x:a xmlns:x="urn:{C}" id="{C}">word</x:a>.</text:p>'),
    "namespace": text(f'<text:p xmlns:{C}="urn:{C}">A.</text:p>'),
    "form": text(f'<office:forms><x:form xmlns:x="urn:x" name="{C}"/></office:forms>'),
    "source of a section": text(f'<text:section text:name="s"><text:section-source xlink:href="{C}"/></text:section>'),
    "number of a change": text(f'<text:p><text:change text:change-id="{C}"/></text:p>'),
}  # fmt: skip
ODT_READ = {
    "user field": text(
        f'<text:user-field-decls><text:user-field-decl text:name="u" office:value-type="string" office:string-value="{C}"/>'
        "</text:user-field-decls>"
    ),
    "name of a user field": text(
        f'<text:user-field-decls><text:user-field-decl text:name="{C}" office:value-type="float" office:value="1"/>'
        "</text:user-field-decls>"
    ),
    "hidden text": text(f'<text:p><text:hidden-text text:condition="1==1" text:string-value="{C}"/></text:p>'),
    "condition": text(f'<text:p><text:conditional-text text:condition="1==1" text:string-value-if-true="{C}">A</text:conditional-text></text:p>'),
    "target of a link": text(f'<text:p><text:a xlink:href="mailto:{C}@example.org">A.</text:a></text:p>'),
    "bookmark": text(f'<text:p><text:bookmark text:name="{C}"/>A.</text:p>'),
    "name of a section": text(f'<text:section text:name="{C}"><text:p>A.</text:p></text:section>'),
    "name of a table": text(f'<table:table table:name="{C}"><table:table-row><table:table-cell><text:p/></table:table-cell></table:table-row></table:table>'),
    "entry of an index": text(f'<text:p><text:alphabetical-index-mark text:string-value="x" text:key1="{C}"/></text:p>'),
    "description of a placeholder": text(f'<text:p><text:placeholder text:description="{C}">A</text:placeholder></text:p>'),
    "alternative text": text(f'<text:p><draw:frame><draw:text-box><text:p/></draw:text-box><svg:desc>{C}</svg:desc></draw:frame></text:p>'),
    "name of a style": Planted("content.xml", "</office:automatic-styles>", f'<style:style style:name="x" style:display-name="{C}"/>'),
    "field with the author's name": text(f"<text:p><text:author-name>{C}</text:author-name></text:p>"),
    "comment": text(f"<text:p>Shown<office:annotation><text:p>{C}</text:p></office:annotation>next</text:p>"),
    "footnote": text(f'<text:p>Shown<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>{C}</text:p></text:note-body></text:note>next</text:p>'),
    "text box": text(f"<text:p>Shown<draw:frame><draw:text-box><text:p>{C}</text:p></draw:text-box></draw:frame>next</text:p>"),
}  # fmt: skip


def odt_with(planted: Planted) -> bytes:
    data = canary_odt()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml").decode().replace(C, "Aigul")
    kept = dict.fromkeys(("meta.xml", "settings.xml"), b"")
    return repacked(data, {}, {"content.xml": planted.in_part(content), f"Pictures/{C}.jpg": b"", **kept})


HTML_GONE = {
    "title": f'<p title="{C}">A.</p>',
    "address with data": f'<a href="&#1;data:text/html,{C}">A.</a>',
    "address with data in another spelling": f'<a href=" &#10;DaTa&colon;text/html,{C}">A.</a>',
    "address of a program": f'<a href="java&#9;script:{C}()">A.</a>',
    "address of a file": f'<a href="file:///C:/Users/{C}/a.html">A.</a>',
    "address beside the page": f'<a href="..\\Users\\{C}\\a.html">A.</a>',
    "address of a part of the archive": f'<a href="&#x1f;cid:{C}">A.</a>',
}
HTML_READ = {
    "alternative text": f'<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=" alt="{C}">',
    "address of a page": f'<a href="https://example.org/{C}">A.</a>',
    "address of a person": f'<a href="mailto:{C}@example.org">A.</a>',
    "language": f'<p lang="{C}">A.</p>',
    "next section": f"<section>Shown</section><section>{C}</section>",
}


HTML = f"<!doctype html><html><head><title>T</title></head><body><p>{VISIBLE}</p>%s</body></html>"
MARKS: dict[str, tuple[Callable[..., bytes], dict[str, object], dict[str, object]]] = {
    "docx": (docx_with, {**DOCX_GONE}, {**DOCX_READ}),
    "xlsx": (xlsx_with, {**XLSX_GONE}, {**XLSX_READ}),
    "odt": (odt_with, {**ODT_GONE}, {**ODT_READ}),
    "html": (lambda planted: (HTML % planted).encode(), {**HTML_GONE}, {**HTML_READ}),
}
"""Extension → (function that makes a file with a name in one place, places that are removed, places that are checked)."""
