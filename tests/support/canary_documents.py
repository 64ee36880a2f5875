"""Make PDFs, office files and web pages with a canary wherever such a file can name people, programs or places."""

import base64
import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pikepdf
import yaml
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from pikepdf import Array, Dictionary, Name, String

from tests.support.canary_images import CANARY, canary_jpeg, named_profile, scene, xmp_packet

VISIBLE = "The State party should decriminalise."
"""A sentence that must still be in the file after it was cleaned."""
KEPT_COMMENT = "Check this paragraph."
FOLDER = Path(__file__).parent.parent / "files"
PARTS: dict[str, Any] = yaml.safe_load((FOLDER / "canary_parts.yaml").read_text("utf-8"))
C = String(CANARY)


def pdf_with_text(text: str = VISIBLE) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    page = pdf.add_blank_page(page_size=(400, 300))
    page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
    page.obj.Contents = pdf.make_stream(f"BT /F1 14 Tf 30 250 Td ({text}) Tj ET".encode())
    return pdf


def saved(pdf: pikepdf.Pdf, **options: Any) -> bytes:
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


def annotation(kind: str, **more: Any) -> Dictionary:
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


def repacked(data: bytes, changes: Mapping[str, Callable[[str], str]], added: Mapping[str, bytes | str]) -> bytes:
    """Return an office file with parts `added` (name → contents) or `changes` (name → function of the old text)."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in added:
                new.writestr(name, changes[name](old.read(name).decode()) if name in changes else old.read(name))
        for name, content in added.items():
            new.writestr(name, content)
    return target.getvalue()


RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def relation(number: int, kind: str, target: str, *, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="rIdX{number}" Type="{RELATION}{kind}" Target="{target}"{mode}/>'


def with_canaries(kind: str, data: bytes, more: Mapping[str, bytes | str]) -> bytes:
    """Return an office file with what canary_parts.yaml says of this kind of files, and with `more` parts."""

    def change(pairs: list[tuple[str, str]], text: str) -> str:
        for before, after in pairs:
            text = text.replace(before, after, 1)
        return text

    changes = {name: partial(change, pairs) for name, pairs in PARTS[kind]["changed"].items()}
    return repacked(data, changes, {**PARTS[kind]["added"], **more})


def canary_docx(seed: int = 0) -> bytes:
    document = docx.Document()
    run = document.add_paragraph().add_run(VISIBLE)
    document.add_picture(io.BytesIO(plain_jpeg()))
    document.add_comment(run, text=KEPT_COMMENT, author=CANARY, initials="Kan")
    for name in [
        "author",
        "title",
        "subject",
        "keywords",
        "comments",
        "category",
        "last_modified_by",
        "identifier",
        "version",
    ]:
        setattr(document.core_properties, name, CANARY)
    target = io.BytesIO()
    document.save(target)
    photos = dict.fromkeys(("docProps/thumbnail.jpeg", "word/media/image1.jpg"), canary_jpeg(seed))
    return with_canaries("docx", target.getvalue(), photos)


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
    for name in ["creator", "title", "subject", "keywords", "description", "category", "lastModifiedBy", "identifier"]:
        setattr(book.properties, name, CANARY)
    book.custom_doc_props.append(StringProperty(name=CANARY, value=CANARY))
    target = io.BytesIO()
    book.save(target)
    settings = {"xl/printerSettings/printerSettings1.bin": CANARY.encode("utf-16-le")}
    return with_canaries("xlsx", target.getvalue(), settings)


def canary_odt(seed: int = 0) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in (PARTS["odt"]["added"] | {f"Pictures/{CANARY}.jpg": canary_jpeg(seed)}).items():
            archive.writestr(name, part, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return target.getvalue()


def canary_html(seed: int = 0) -> bytes:
    return (FOLDER / "canary.html").read_bytes().replace(b"PICTURE", base64.b64encode(canary_jpeg(seed)))


def canary_mhtml(seed: int = 0) -> bytes:
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
