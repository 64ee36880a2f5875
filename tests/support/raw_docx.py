"""Write small .docx files without python-docx, for what it cannot write."""

import io
import zipfile

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def raw_docx(body: str, **parts: str) -> bytes:
    """Return a .docx file with this XML in its body. `parts` is name (numbering, styles, header1 and so on) → XML."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        override = f'<Override PartName="/word/document.xml" ContentType="{main}"/>'
        archive.writestr("[Content_Types].xml", f"<Types>{override}</Types>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships><Relationship Id="r1" Type="{RELATED}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        links = "".join(
            f'<Relationship Id="r{name}" Type="{RELATED}/{name.rstrip("0123456789")}" Target="{name}.xml"/>'
            for name in parts
        )
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{links}</Relationships>")
        archive.writestr("word/document.xml", f"<w:document {NS}><w:body>{body}</w:body></w:document>")
        roots = {"numbering": "numbering", "styles": "styles", "footnotes": "footnotes"}
        for name, content in parts.items():
            root = roots.get(name, "hdr")
            archive.writestr(f"word/{name}.xml", f"<w:{root} {NS}>{content}</w:{root}>")
    return target.getvalue()


def paragraph(text: str = "", *, properties: str = "", runs: str = "") -> str:
    """Return the XML of a paragraph with one run with this text, or with the XML `runs`."""
    given = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{given}{runs or run(text)}</w:p>"


def run(text: str, *, properties: str = "") -> str:
    given = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{given}<w:t xml:space="preserve">{text}</w:t></w:r>'


def in_list(number: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def level(index: int, number_format: str, text: str, extra: str = "") -> str:
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/><w:lvlText w:val="{text}"/>{extra}</w:lvl>'
