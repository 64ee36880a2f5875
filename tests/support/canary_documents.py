"""Make PDFs, office files and web pages with a canary wherever such a file can name people, programs or places."""

import io
import random
import re
import zipfile

import docx
import openpyxl
import pikepdf
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from pikepdf import Array, Dictionary, Name, String

from tests.support.canary_images import CANARY, canary_jpeg, named_profile, scene, xmp_packet

VISIBLE = "The State party should decriminalise."
"""A sentence that must still be in the file after it was cleaned."""
KEPT_COMMENT = "Check this paragraph."
C = String(CANARY)


def pdf_with_text(text: str = VISIBLE) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    page = pdf.add_blank_page(page_size=(400, 300))
    page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
    page.obj.Contents = pdf.make_stream(f"BT /F1 14 Tf 30 250 Td ({text}) Tj ET".encode())
    return pdf


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    target = io.BytesIO()
    pdf.save(target, **options)
    return target.getvalue()


def canary_pdf(seed: int) -> bytes:
    """Return a PDF with CANARY in it. The seed decides which kinds of data it has; seed 0 has all of them."""
    change = random.Random(f"pdf {seed}")

    def has() -> bool:
        return seed == 0 or change.random() < 0.5

    pdf = pdf_with_text()
    page, root = pdf.pages[0].obj, pdf.Root
    page.Annots = Array([])
    if has():
        for key in ("/Author", "/Title", "/Creator", "/Producer", "/Company", "/Keywords", "/Subject"):
            pdf.docinfo[key] = CANARY
    if has():
        xmp = xmp_packet()
        for holder in (root, page):
            holder.Metadata = pdf.make_stream(xmp, Type=Name.Metadata, Subtype=Name.XML)
    if has():
        pdf.attachments[f"{CANARY}.txt"] = pikepdf.AttachedFileSpec(pdf, CANARY.encode(), description=CANARY)
    if has():
        script = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{CANARY}')"))
        root.OpenAction = script
        names = root.get("/Names", Dictionary())
        names.JavaScript = Dictionary(Names=Array([C, pdf.make_indirect(script)]))
        root.Names = names
        page.AA = Dictionary(O=Dictionary(S=Name.Launch, F=C))
    if has():
        for action in (
            Dictionary(S=Name.Launch, F=C),
            Dictionary(S=Name.URI, URI=String(f"file:///C:/Users/{CANARY}/list.docx")),
            Dictionary(S=Name.SubmitForm, F=C),
            Dictionary(S=Name.GoToR, F=C),
            Dictionary(S=Name.URI, URI=String("https://undocs.org/x"), Next=Dictionary(S=Name.JavaScript, JS=C)),
        ):
            page.Annots.append(pdf.make_indirect(annotation("/Link", A=action)))
    if has():
        page.Annots.append(
            pdf.make_indirect(
                annotation("/Text", T=C, M=C, CreationDate=C, NM=C, RC=C, Subj=C, Contents=String(KEPT_COMMENT))
            )
        )
        page.Annots.append(pdf.make_indirect(annotation("/Popup", T=C)))
        page.Annots.append(pdf.make_indirect(annotation("/FileAttachment", T=C, FS=Dictionary(F=C))))
        page.Annots.append(pdf.make_indirect(annotation("/RichMedia", NM=C)))
    if has():
        add_form(pdf)
    if has():
        page.Thumb = pdf.make_stream(CANARY.encode(), Width=1, Height=1, BitsPerComponent=8, ColorSpace=Name.DeviceGray)
        page.PieceInfo = Dictionary(App=Dictionary(LastModified=C, Private=C))
        page.LastModified = C
        root.PieceInfo = Dictionary(App=Dictionary(Private=C))
    if has():
        image = pdf.make_stream(canary_jpeg(0), Type=Name.XObject, Subtype=Name.Image, Width=96, Height=64)
        image.BitsPerComponent, image.Filter = 8, Name.DCTDecode
        image.ColorSpace = Array([Name.ICCBased, pdf.make_stream(named_profile(), N=3, Alternate=Name.DeviceRGB)])
        image.Metadata = pdf.make_stream(CANARY.encode(), Type=Name.Metadata)
        page.Resources.XObject = Dictionary(Im1=image)
        page.Contents = Array([page.Contents, pdf.make_stream(b"q 96 0 0 64 30 100 cm /Im1 Do Q")])
    if has():
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Part one", 0))
        root.Outlines.First.A = Dictionary(S=Name.Launch, F=C)
    pdf.trailer.Canary = root.Canary = page.Canary = C
    data = saved(pdf)
    return with_revision(data) if has() else data


def plain_jpeg() -> bytes:
    target = io.BytesIO()
    scene(0).save(target, "JPEG")
    return target.getvalue()


def annotation(kind: str, **more: object) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name(kind), Rect=Array([30, 30, 60, 60]), **more)


def add_form(pdf: pikepdf.Pdf) -> None:
    """Add a form to the first page: a filled-in field whose name and hint have CANARY in them, and a signature."""
    font = pdf.pages[0].obj.Resources.Font.F1
    field = annotation(
        "/Widget", FT=Name.Tx, T=C, TU=C, TM=C, V=String("Bishkek"), DA=String("/F1 12 Tf 0 g"), MK=Dictionary(CA=C)
    )
    signature = annotation("/Widget", FT=Name.Sig, T=C, V=Dictionary(Type=Name.Sig, Name=C, Reason=C, Location=C))
    fields = [pdf.make_indirect(field), pdf.make_indirect(signature)]
    for one in fields:
        pdf.pages[0].obj.Annots.append(one)
    pdf.Root.AcroForm = Dictionary(
        Fields=Array(fields),
        DA=String("/F1 12 Tf 0 g"),
        DR=Dictionary(Font=Dictionary(F1=font)),
        XFA=pdf.make_stream(CANARY.encode()),
    )


def with_revision(data: bytes) -> bytes:
    """Return a PDF with a second version at its end; an object with CANARY is used only by the first one."""
    start = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    number = 9000
    body = f"\n{number} 0 obj\n({CANARY} deleted in the second version)\nendobj\n".encode()
    place = len(data) + 1
    trailer = re.findall(rb"/Root (\d+ \d+ R)", data)
    root = trailer[-1].decode() if trailer else "1 0 R"
    about = re.findall(rb"/Info \d+ \d+ R", data)
    table = f"xref\n{number} 1\n{place:010d} 00000 n \ntrailer\n<< /Size {number + 1} /Root {root} {about[-1].decode() if about else ''} /Prev {start} >>\n"
    return data + body + table.encode() + f"startxref\n{len(data) + len(body)}\n%%EOF\n".encode()


def repacked(data: bytes, changes: dict[str, object], added: dict[str, bytes | str]) -> bytes:
    """Return an office file with parts `added` (name → contents) or `changes` (name → function of the old text)."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content: bytes | str = old.read(name)
            if name in changes:
                content = changes[name](content.decode())  # type: ignore[operator]
            if name not in added:
                new.writestr(name, content)
        for name, content in added.items():
            new.writestr(name, content)
    return target.getvalue()


RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def relation(number: int, kind: str, target: str, *, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="rIdX{number}" Type="{RELATION}{kind}" Target="{target}"{mode}/>'


def canary_docx(seed: int = 0) -> bytes:
    document = docx.Document()
    run = document.add_paragraph().add_run(VISIBLE)
    document.add_picture(io.BytesIO(plain_jpeg()))
    document.add_comment(run, text=KEPT_COMMENT, author=CANARY, initials="Kan")
    properties = document.core_properties
    for name in (
        "author",
        "title",
        "subject",
        "keywords",
        "comments",
        "category",
        "last_modified_by",
        "identifier",
        "version",
    ):
        setattr(properties, name, CANARY)
    target = io.BytesIO()
    document.save(target)
    changed = (
        f'<w:p w:rsidR="00{CANARY}"><w:ins w:id="90" w:author="{CANARY}" w:date="2026-01-02T03:04:05Z"><w:r><w:t>Inserted words.'
        f'</w:t></w:r></w:ins><w:del w:id="91" w:author="{CANARY}" w:date="2026-01-02T03:04:05Z"><w:r><w:delText>Deleted words.'
        f"</w:delText></w:r></w:del></w:p>"
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> INCLUDE</w:instrText></w:r><w:r><w:instrText>TEXT '
        f'"C:\\\\Users\\\\{CANARY}\\\\a.docx"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Shown.'
        f'</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        f'<w:p><w:hyperlink r:id="rIdX1"><w:r><w:t>A link.</w:t></w:r></w:hyperlink></w:p>'
        f'<w:p><w:r><w:rPr><w:rPrChange w:id="92" w:author="{CANARY}"/></w:rPr><w:t>Bold.</w:t></w:r></w:p>'
        f'<w:p><w:fldSimple w:instr=" AUTHOR {CANARY} "><w:r><w:t>Name.</w:t></w:r></w:fldSimple></w:p>'
    )
    settings = (
        f'<w:attachedTemplate r:id="rIdX2" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'
        f'<w:rsids><w:rsidRoot w:val="{CANARY}"/></w:rsids><w:docVars><w:docVar w:name="x" w:val="{CANARY}"/></w:docVars>'
        f'<w:mailMerge><w:query w:val="{CANARY}"/></w:mailMerge>'
    )
    relations = (
        relation(1, "hyperlink", f"file:///C:/Users/{CANARY}/list.docx", external=True)
        + relation(3, "customXml", "../customXml/item1.xml")
        + relation(4, "people", "people.xml")
        + relation(5, "image", f"http://example.org/{CANARY}.png", external=True)
        + relation(6, "package", "embeddings/book.xlsx")
    )
    template = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relation(2, "attachedTemplate", f"file:///C:/{CANARY}.dotm", external=True)}</Relationships>'
    return repacked(
        target.getvalue(),
        {
            "word/document.xml": lambda text: (
                text.replace("<w:sectPr", changed + "<w:sectPr", 1)
                .replace("<w:body>", f"<!-- {CANARY} --><w:body>")
                .replace('descr=""', "")
                .replace("<wp:docPr ", f'<wp:docPr descr="C:\\{CANARY}\\a.jpg" ')
            ),
            "word/settings.xml": lambda text: text.replace("</w:settings>", settings + "</w:settings>"),
            "word/_rels/document.xml.rels": lambda text: text.replace(
                "</Relationships>", relations + "</Relationships>"
            ),
        },
        {
            "docProps/app.xml": f"<Properties><Company>{CANARY}</Company><Manager>{CANARY}</Manager></Properties>",
            "docProps/custom.xml": f"<Properties><property>{CANARY}</property></Properties>",
            "docProps/thumbnail.jpeg": canary_jpeg(seed),
            "word/media/image1.jpg": canary_jpeg(seed),
            "customXml/item1.xml": f"<a>{CANARY}</a>",
            "word/people.xml": f"<people>{CANARY}</people>",
            "word/embeddings/book.xlsx": CANARY,
            "word/_rels/settings.xml.rels": template,
        },
    )


def canary_xlsx(seed: int = 0) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Demands"
    sheet.append([VISIBLE, 12])
    sheet["A1"].comment = Comment(KEPT_COMMENT, CANARY)
    sheet["C1"] = f"='[{CANARY}.xlsx]Sheet1'!A1"
    sheet["D1"] = f'=WEBSERVICE("http://example.org/{CANARY}")'
    sheet["E1"] = "=B1*2"
    sheet["A2"] = "A link"
    sheet["A2"].hyperlink = f"file:///C:/Users/{CANARY}/a.xlsx"
    sheet.add_image(openpyxl.drawing.image.Image(io.BytesIO(canary_jpeg(seed))), "B5")
    properties = book.properties
    for name in ("creator", "title", "subject", "keywords", "description", "category", "lastModifiedBy", "identifier"):
        setattr(properties, name, CANARY)
    book.custom_doc_props.append(StringProperty(name=CANARY, value=CANARY))
    target = io.BytesIO()
    book.save(target)
    path = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x15">'
        f'<x15ac:absPath xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac" url="C:/{CANARY}/"/>'
        f'</mc:Choice></mc:AlternateContent><fileSharing userName="{CANARY}"/>'
    )
    relations = "".join(
        (
            relation(1, "externalLink", "externalLinks/externalLink1.xml"),
            relation(2, "connections", "connections.xml"),
            relation(3, "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"),
            relation(4, "person", "persons/person.xml"),
        )
    )
    extra = f"<a>{CANARY}</a>"
    return repacked(
        target.getvalue(),
        {
            "xl/workbook.xml": lambda text: re.sub(r"<sheets", path + "<sheets", text, count=1),
            "xl/_rels/workbook.xml.rels": lambda text: text.replace("</Relationships>", relations + "</Relationships>"),
            "xl/worksheets/sheet1.xml": lambda text: text.replace(
                "<worksheet ",
                f'<worksheet xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" xr:uid="{CANARY}" ',
            ),
        },
        {
            "xl/externalLinks/externalLink1.xml": extra,
            "xl/connections.xml": extra,
            "xl/pivotCache/pivotCacheDefinition1.xml": extra,
            "xl/persons/person.xml": extra,
            "xl/printerSettings/printerSettings1.bin": CANARY.encode("utf-16-le"),
            "docProps/app.xml": f"<Properties><Company>{CANARY}</Company></Properties>",
        },
    )


ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("draw", "drawing"), ("style", "style"), ("meta", "meta"), ("script", "script"),
        ("table", "table"), ("svg", "svg-compatible"),
    )
)  # fmt: skip


def canary_odt(seed: int = 0) -> bytes:
    change = (
        f'<text:changed-region text:id="c1"><text:deletion><office:change-info><dc:creator>{CANARY}</dc:creator><dc:date>'
        "2026-01-02T03:04:05</dc:date></office:change-info><text:p>Deleted words.</text:p></text:deletion></text:changed-region>"
    )
    content = (
        f'<office:document-content {ODF} xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:officeooo="http://openoffice.org/2009/office" office:version="1.3"><!-- ' + CANARY + " -->"
        f'<office:automatic-styles><style:style style:name="P1"><style:text-properties officeooo:rsid="{CANARY}"/></style:style>'
        f"</office:automatic-styles><office:body><office:text><text:tracked-changes>{change}</text:tracked-changes>"
        f"<text:p>{VISIBLE}<office:annotation><dc:creator>{CANARY}</dc:creator><dc:date>2026-01-02</dc:date>"
        f"<meta:creator-initials>{CANARY}</meta:creator-initials><text:p>{KEPT_COMMENT}</text:p></office:annotation></text:p>"
        f'<text:p><text:change text:change-id="c1"/><text:a xlink:href="file:///C:/{CANARY}.odt">A link.</text:a></text:p>'
        f'<text:p><draw:frame draw:name="{CANARY}"><draw:image xlink:href="Pictures/{CANARY}.jpg"/><svg:desc>C:\\{CANARY}.jpg'
        f'</svg:desc></draw:frame><draw:frame><draw:image xlink:href="http://example.org/{CANARY}.png"/></draw:frame></text:p>'
        f'<text:section text:name="s"><text:section-source xlink:href="../{CANARY}.odt"/></text:section>'
        "</office:text></office:body></office:document-content>"
    )
    files: dict[str, bytes | str] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": content,
        "styles.xml": f"<office:document-styles {ODF}/>",
        "meta.xml": f"<office:document-meta {ODF}><office:meta>{CANARY}</office:meta></office:document-meta>",
        "settings.xml": f"<office:document-settings {ODF}>{CANARY}</office:document-settings>",
        f"Pictures/{CANARY}.jpg": canary_jpeg(seed),
        "Thumbnails/thumbnail.png": CANARY,
        "Configurations2/accelerator/current.xml": CANARY,
        "manifest.rdf": CANARY,
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in files.items():
            archive.writestr(name, part, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return target.getvalue()


def canary_html(seed: int = 0) -> bytes:
    import base64

    picture = base64.b64encode(canary_jpeg(seed)).decode()
    return f"""<!DOCTYPE html>
<!-- saved from url=(0020)http://{CANARY}.example/ -->
<html data-user="{CANARY}"><head><meta name="author" content="{CANARY}"><title>Decree</title>
<script>alert("{CANARY}")</script><style>body {{ background: url("http://example.org/{CANARY}") }}</style>
<link rel="stylesheet" href="http://example.org/{CANARY}.css"></head>
<body onload="run('{CANARY}')"><p id="{CANARY}" style="color: red">{VISIBLE}</p>
<form action="http://example.org/{CANARY}"><input name="a" value="{CANARY}"><textarea>{CANARY}</textarea></form>
<iframe src="http://example.org/{CANARY}"></iframe><img src="http://example.org/{CANARY}.gif" alt="">
<img src="data:image/jpeg;base64,{picture}" alt="A photo"><a href="javascript:run('{CANARY}')">Go</a>
<a href="https://undocs.org/E/C.12/1" onclick="run('{CANARY}')" data-id="{CANARY}">The document</a>
<svg><script>alert("{CANARY}")</script></svg><object data="{CANARY}"></object></body></html>
""".encode()


def canary_mhtml(seed: int = 0) -> bytes:
    import base64

    picture = base64.encodebytes(canary_jpeg(seed)).decode()
    page = (
        canary_html(seed)
        .decode()
        .replace(f'<img src="http://example.org/{CANARY}.gif" alt="">', '<img src="cid:photo@x">')
    )
    return (
        f"From: <Saved by {CANARY}>\r\nSnapshot-Content-Location: https://example.org/{CANARY}\r\nSubject: {CANARY}\r\n"
        f'Date: Fri, 2 Jan 2026 03:04:05 +0600\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="b"\r\n'
        f"\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{page}\r\n"
        f"--b\r\nContent-Type: image/jpeg\r\nContent-ID: <photo@x>\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Location: https://example.org/{CANARY}.jpg\r\n\r\n{picture}\r\n--b--\r\n"
    ).encode()
