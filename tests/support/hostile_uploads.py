"""Files that are made to run code, to leak something, to use up memory or to crash the program that opens them."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

from pikepdf import Array, Dictionary, Name, String, new
from PIL import Image

from tests.support.canary_documents import (
    canary_docx,
    canary_html,
    canary_mhtml,
    canary_odt,
    canary_pdf,
    canary_xlsx,
    pdf_with_text,
    repacked,
    saved,
)
from tests.support.canary_images import canary_jpeg, canary_png, canary_webp, scene, with_chunks

NAMES = (
    "../../../etc/cron.d/x", "C:\\Windows\\System32\\a.dll", "a\nContent-Type: text/html\r\n\r\n<script>.pdf",
    "invoice\u202efdp.exe", "\u2066a\u2069.pdf", "CON", "x" * 5_000, "<img src=x onerror=alert(1)>.png", "a\x00.png",
    "[a](javascript:alert(1)).pdf", ".htaccess", "$(touch x);`x`.png", "%2e%2e%2fa", "\ud800\udfff",
)  # fmt: skip


def zipped(files: dict[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def png_of(width: int, height: int, body: bytes) -> bytes:
    """Return a PNG that declares this size, with `body` as its image data."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    start = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + header
        + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    return with_chunks(start, (b"IDAT", body), (b"IEND", b""))


def jpeg_of(width: int, height: int) -> bytes:
    target = io.BytesIO()
    scene(1).save(target, "JPEG")
    data = bytearray(target.getvalue())
    place = bytes(data).find(b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def docx_with(body: str) -> bytes:
    return repacked(
        canary_docx(), {"word/document.xml": lambda text: text.replace("<w:body>", "<w:body>" + body, 1)}, {}
    )


def docx_part(content: bytes | str) -> bytes:
    return repacked(canary_docx(), {}, {"word/document.xml": content})


def xlsx_sheet(content: str) -> bytes:
    return repacked(canary_xlsx(), {"xl/worksheets/sheet1.xml": lambda text: content}, {})


def odt_with(body: str) -> bytes:
    return repacked(
        canary_odt(), {"content.xml": lambda text: text.replace("<office:text>", "<office:text>" + body, 1)}, {}
    )


def pdf_with(change: Callable[..., None]) -> bytes:
    pdf = pdf_with_text()
    change(pdf, pdf.Root, pdf.pages[0].obj)
    return saved(pdf)


def open_action(action: Dictionary) -> bytes:
    return pdf_with(lambda pdf, root, page: root.__setattr__("OpenAction", action))


def pdf_bomb_stream(pdf: object, root: object, page: object) -> None:
    packed = zlib.compress(b"0 " * 200_000_000, 1)
    for _ in range(3):
        packed = zlib.compress(packed, 9)
    stream = pdf.make_stream(b"")  # type: ignore[attr-defined]
    stream.write(packed, filter=Array([Name.FlateDecode] * 4))
    page.Contents = stream  # type: ignore[attr-defined]


def deep_pdf() -> bytes:
    return b"%PDF-1.4\n1 0 obj\n" + b"[" * 200_000 + b"]" * 200_000 + b"\nendobj\ntrailer <</Root 1 0 R>>\n"


def page_loop() -> bytes:
    objects = (
        b"1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>> endobj\n"
    )
    return b"%PDF-1.4\n" + objects + b"trailer <</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF\n"


def huge_page(pdf: object, root: object, page: object) -> None:
    page.MediaBox = Array([0, 0, 2_000_000_000, 2_000_000_000])  # type: ignore[attr-defined]
    page.UserUnit = 75_000  # type: ignore[attr-defined]


def many_pages() -> bytes:
    pdf = new()
    for _ in range(1_200):
        pdf.add_blank_page(page_size=(10, 10))
    return saved(pdf)


def nested_zip() -> bytes:
    data = b"\0" * 1_000_000
    for depth in range(8):
        data = zipped({f"{depth}/{number}.zip": data for number in range(4)})
    return data


def false_size(data: bytes) -> bytes:
    """Return a ZIP file whose directory says that every file in it has 10 bytes."""
    changed = bytearray(data)
    place = 0
    while (place := bytes(changed).find(b"PK\x01\x02", place)) >= 0:
        changed[place + 24 : place + 28] = struct.pack("<I", 10)
        place += 4
    return bytes(changed)


def many_frames() -> bytes:
    target = io.BytesIO()
    frames = [Image.new("L", (8, 8), number % 256) for number in range(2_000)]
    frames[0].save(target, "PNG", save_all=True, append_images=frames[1:])
    return target.getvalue()


LAUGHS = (
    b"<!DOCTYPE a [<!ENTITY b 'x'>"
    + b"".join(b"<!ENTITY b%d '%s'>" % (n, (b"&b%d;" % (n - 1) if n else b"&b;") * 20) for n in range(8))
    + b"]>"
)
JAVASCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
HOSTILE: dict[str, Callable[[], bytes]] = {
    "an SVG with a script": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "an SVG after a comment": lambda: b"<?xml version='1.0'?>" + b"<!--x-->" * 500 + b"<svg><script>1</script></svg>",
    "an SVG in a text": lambda: b"Hello\n<svg onload=alert(1)>",
    "an SVG in UTF-16": lambda: "<svg onload='alert(1)'/>".encode("utf-16"),
    "a script in UTF-7": lambda: b"<html>+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "a page with broken tags": lambda: b"<html><scr<script>ipt>alert(1)</scr</script>ipt><img src=x onerror=alert(1)//",
    "a page with a refresh": lambda: (b"<html><meta http-equiv=refresh content='0;url=javascript:alert(1)'><base href=//x>"),
    "a page with encoded addresses": lambda: (b"<html><a href='&#106;avascript:alert(1)'>a</a><a href='java\tscript:alert(1)'>b</a>"),
    "a page with data addresses": lambda: (b"<html><a href='data:text/html,<script>1</script>'>a</a><img src='data:image/svg+xml,<svg onload=1>'>"),
    "a page with math": lambda: (b"<html><math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=1&gt;'>"),
    "a page with a template": lambda: (b"<html><template shadowrootmode=open><script>1</script></template><noscript><p title='</noscript><img src=x onerror=1>'>"),
    "a deep page": lambda: b"<html>" + b"<div>" * 300_000,
    "a wide page": lambda: b"<html>" + b"<p>a" * 1_000_000,
    "a page of brackets": lambda: b"<html>" + b"<" * 2_000_000,
    "a page with long attributes": lambda: b"<html><p " + b"a=b " * 500_000 + b">x",
    "a page of comments": lambda: b"<html>" + b"<!--" * 500_000,
    "a page with a punycode charset": lambda: b"<html><meta charset=punycode>" + "é".encode("latin-1") * 50_000,
    "a page with many images": lambda: b"<html>" + b"<img src='data:image/png;base64,AAAA'>" * 20_000,
    "an archived page without a page": lambda: (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n\n--b--\n"),
    "an archived page with many parts": lambda: (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n" + b"--b\n\na\n" * 50_000),
    "an archived page in itself": lambda: b"".join(b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(500)),
    "an archived page with long headers": lambda: (b"MIME-Version: 1.0\nContent-Type: multipart/related; " + b"a=b; " * 100_000 + b"\n\n"),
    "an archived page with a script": lambda: canary_mhtml().replace(b"<p id", b"<script>1</script><p onclick=1 id"),
    "entities in a document": lambda: docx_part(LAUGHS + b"<w:document xmlns:w='x'><w:body>&b7;</w:body></w:document>"),
    "a file in a document": lambda: docx_part(b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a><body>&b;</body></a>"),
    "entities in an open document": lambda: repacked(canary_odt(), {}, {"content.xml": LAUGHS + b"<a><body>&b7;</body></a>"}),
    "a bomb in a document": lambda: docx_part(b"<a>" + b" " * 300_000_000 + b"</a>"),
    "a bomb of tags": lambda: docx_part(b"<a>" + b"<b/>" * 5_000_000 + b"</a>"),
    "a bomb of attributes": lambda: docx_part(b"<a " + b" ".join(b"b%d='c'" % n for n in range(500_000)) + b"/>"),
    "a document that says it is small": lambda: false_size(docx_part(b"<a>" + b" " * 300_000_000 + b"</a>")),
    "a deep document": lambda: docx_part(b"<a>" * 100_000),
    "a document in itself": lambda: repacked(canary_docx(), {}, {"word/media/image1.jpg": canary_docx()}),
    "a document with a bomb of an image": lambda: repacked(canary_docx(), {}, {"word/media/image1.jpg": png_of(60_000, 60_000, b"")}),
    "a document with an SVG": lambda: repacked(canary_docx(), {}, {"word/media/image1.jpg": "<svg onload='1'/>"}),
    "a document that runs a command": lambda: docx_with('<w:p><w:fldSimple w:instr="DDEAUTO c:\\\\windows\\\\cmd.exe x"/></w:p>'),
    "a document with an object": lambda: docx_with('<w:p><w:r><w:object><o:OLEObject xmlns:o="urn:o" r:id="rIdX6"/></w:object></w:r></w:p>'),
    "a document with another document": lambda: docx_with('<w:altChunk r:id="rIdX6"/>'),
    "a document with macros": lambda: repacked(canary_docx(), {}, {"word/vbaProject.bin": b"x"}),
    "a document with paths as names": lambda: repacked(canary_docx(), {}, {"../../etc/passwd": b"x", "/abs": b"x", "C:\\x": b"x"}),
    "a document with a loop of parts": lambda: repacked(canary_docx(), {"word/_rels/document.xml.rels": lambda text: text.replace("comments.xml", "document.xml")}, {}),
    "a document with many files": lambda: zipped({"[Content_Types].xml": "", **{f"word/{n}": "" for n in range(5_000)}}),
    "a document with many fields": lambda: docx_with('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>' * 50_000),
    "a document with many changes": lambda: docx_with('<w:p><w:del w:author="a"><w:r><w:delText>x</w:delText></w:r></w:del></w:p>' * 20_000),
    "a workbook that runs a command": lambda: xlsx_sheet("<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData><row><c><f>cmd|' /C calc'!A0</f></c></row></sheetData></worksheet>"),
    "a workbook with a far cell": lambda: xlsx_sheet("<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><dimension ref='A1:XFD1048576'/><sheetData><row r='1048576'><c r='XFD1048576'><v>1</v></c></row></sheetData></worksheet>"),
    "a workbook with a macro sheet": lambda: repacked(canary_xlsx(), {}, {"xl/macrosheets/sheet1.xml": b"x"}),
    "a workbook without its sheet": lambda: repacked(canary_xlsx(), {"xl/workbook.xml": lambda text: "<workbook/>"}, {}),
    "an open document with Basic": lambda: repacked(canary_odt(), {}, {"Basic/Standard/Module1.xml": b"x"}),
    "an open document with events": lambda: odt_with('<office:event-listeners><script:event-listener script:language="x"/></office:event-listeners>'),
    "an open document with a frame": lambda: odt_with('<draw:frame><draw:floating-frame xlink:href="http://example.org"/></draw:frame>'),
    "an open document that needs a password": lambda: repacked(canary_odt(), {}, {"META-INF/manifest.xml": b"<a><encryption-data/></a>"}),
    "an archive in archives": nested_zip,
    "an archive without files": lambda: zipped({}),
    "an archive that only begins": lambda: b"PK\x03\x04" + b"\0" * 100,
    "a program with a long name": lambda: b"MZ\x90\x00" + b"\0" * 5_000,
    "a Java archive": lambda: zipped({"META-INF/MANIFEST.MF": "Main-Class: x", "x.class": b"\xca\xfe\xba\xbe"}),
    "a page and an archive": lambda: canary_html() + zipped({"a": "b"}),
    "an image and an archive": lambda: canary_jpeg(0) + zipped({"a": "b"}),
    "a PDF and an archive": lambda: saved(pdf_with_text()) + zipped({"a": "b"}),
    "a PDF and a page": lambda: b"<html><script>1</script>" + saved(pdf_with_text()),
    "a page and a PDF": lambda: saved(pdf_with_text()) + b"<html><script>alert(1)</script></html>",
    "an image and a page": lambda: with_chunks(canary_png(0), (b"tEXt", b"a\0<html><script>alert(1)</script>")),
    "an image and a script": lambda: (canary_jpeg(0)[:2] + b"\xff\xfe\x00\x20*/alert(1)/*              " + canary_jpeg(0)[2:]),
    "an image of huge size": lambda: png_of(100_000, 100_000, zlib.compress(b"\0" * 1_000_000)),
    "an image that unpacks to gigabytes": lambda: png_of(7_000, 7_000, zlib.compress(b"\0" * 600_000_000, 9)),
    "an image of no size": lambda: png_of(0, 0, b""),
    "a wide image": lambda: png_of(2**31 - 1, 1, b""),
    "a large photo without data": lambda: jpeg_of(7_000, 7_000),
    "a huge photo without data": lambda: jpeg_of(65_000, 65_000),
    "an image with a bomb of a text": lambda: with_chunks(canary_png(1), (b"zTXt", b"a\0\0" + zlib.compress(b"x" * 200_000_000, 9))),
    "an image with a bomb of a profile": lambda: with_chunks(canary_png(1), (b"iCCP", b"a\0\0" + zlib.compress(b"x" * 200_000_000, 9))),
    "an image with false EXIF": lambda: with_chunks(canary_png(1), (b"eXIf", b"MM\0*\0\0\0\x08" + b"\xff" * 500)),
    "an image with thousands of frames": many_frames,
    "a false WebP": lambda: b"RIFF\xff\xff\xff\xffWEBPVP8X" + b"\xff" * 100,
    "a PDF that runs a script": lambda: open_action(JAVASCRIPT),
    "a PDF that starts a program": lambda: open_action(Dictionary(S=Name.Launch, F=String("cmd.exe"))),
    "a PDF that sends a form": lambda: open_action(Dictionary(S=Name.SubmitForm, F=String("http://example.org"))),
    "a PDF that opens an address": lambda: open_action(Dictionary(S=Name.URI, URI=String("http://example.org"))),
    "a PDF with a chain of actions": lambda: open_action(Dictionary(S=Name.GoTo, Next=Array([JAVASCRIPT]))),
    "a PDF with scripts on its page": lambda: pdf_with(lambda pdf, root, page: page.__setattr__("AA", Dictionary(O=JAVASCRIPT))),
    "a PDF with an encoded script": lambda: saved(pdf_with_text()).replace(b"/Type /Catalog", b"/OpenAction <</S /J#61vaScript /JS (x)>> /Type /Catalog"),
    "a PDF with a bomb": lambda: pdf_with(pdf_bomb_stream),
    "a deep PDF": deep_pdf,
    "a PDF whose pages are a loop": page_loop,
    "a PDF with a huge page": lambda: pdf_with(huge_page),
    "a PDF with too many pages": many_pages,
    "a PDF without pages": lambda: saved(new()),
    "a PDF with a far table": lambda: (b"%PDF-1.4\nxref\n0 999999999\ntrailer <</Root 1 0 R /Size 999999999>>\nstartxref\n9\n%%EOF"),
    "a PDF that is only a header": lambda: b"%PDF-1.7\n",
    "a PDF with much text": lambda: pdf_with(lambda pdf, root, page: page.__setattr__("Contents", pdf.make_stream(b"BT /F1 9 Tf " + b"(words) Tj " * 300_000 + b"ET"))),
    "a text of one line": lambda: b"a" * 15_000_000,
    "a text of signs": lambda: b"\xfe\xff" + "\u202e".encode("utf-16-be") * 100_000,
    "a text in no encoding": lambda: bytes(range(128, 256)) * 5_000,
    "a text of bytes": lambda: random.Random(1).randbytes(100_000),
    "a text with NUL": lambda: b"text\0text",
}  # fmt: skip
GOOD = (
    canary_jpeg,
    canary_png,
    canary_webp,
    canary_pdf,
    canary_docx,
    canary_xlsx,
    canary_odt,
    canary_html,
    canary_mhtml,
)


def damaged_upload(seed: int) -> bytes:
    """Return one of the good files, cut off, with changed bytes, or with another file inside or after it."""
    change = random.Random(f"damaged {seed}")
    data = GOOD[seed % len(GOOD)](seed)
    match change.randrange(4):
        case 0:
            return data[: change.randrange(1, len(data))]
        case 1:
            pieces = bytearray(data)
            for _ in range(change.choice((1, 10, 100))):
                pieces[change.randrange(len(pieces))] = change.randrange(256)
            return bytes(pieces)
        case 2:
            place = change.randrange(len(data))
            return data[:place] + change.choice(GOOD)(seed) + data[place:]
        case _:
            return data + change.choice(GOOD)(seed)
