"""What Word shows is what is read: numbers, tracked changes, fields, tables."""

from tests.support.raw_docx import in_list, level, paragraph, raw_docx, run
from tests.support.small_observations import SMALL_OBSERVATIONS
from tracker.importing.documents.docx_reader import read_docx
from tracker.importing.documents.imported_document import BlockRole
from tracker.importing.documents.quotation_check import find_joints
from tracker.importing.documents.reader import read_document


def texts(body: str, **parts: str) -> list[str]:
    return [f"{block.label} {block.text}".strip() for block in read_docx(raw_docx(body, **parts)).blocks]


def levels(*those: str) -> str:
    """A definition of these levels, and the list 1 that has it."""
    definition = f'<w:abstractNum w:abstractNumId="1">{"".join(those)}</w:abstractNum>'
    return f'{definition}<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'


def style(name: str, properties: str = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>') -> str:
    return f'<w:style w:type="paragraph" w:styleId="{name}">{properties}</w:style>'


def test_levels_restart_and_lists_share_the_counter_of_their_definition():
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="30"/></w:lvlOverride>'
    numbering = (
        levels(level(0, "decimal", "%1."), level(1, "lowerLetter", "(%2)"), level(2, "lowerRoman", "(%3)"))
        + '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        + f'<w:num w:numId="3"><w:abstractNumId w:val="1"/>{start}</w:num>'
    )
    steps = [(1, 0), (1, 1), (1, 1), (1, 2), (1, 2), (1, 1), (2, 0), (1, 1), (3, 0), (3, 0)]
    body = "".join(paragraph("x", properties=in_list(number, depth)) for number, depth in steps)
    shown = " ".join(text.removesuffix(" x") for text in texts(body, numbering=numbering))
    assert shown == "1. (a) (b) (i) (ii) (c) 2. (a) 30. 31."


def test_a_level_that_never_restarts_goes_on():
    numbering = levels(level(0, "upperLetter", "%1."), level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>'))
    body = "".join(paragraph("x", properties=in_list(1, depth)) for depth in (0, 1, 1, 0, 1))
    assert texts(body, numbering=numbering) == ["A. x", "1. x", "2. x", "B. x", "3. x"]


def test_numbers_come_from_the_style_and_zero_takes_them_away():
    numbering = levels(level(0, "decimal", "%1."), level(1, "lowerLetter", "(%2)", '<w:pStyle w:val="Sub"/>'))
    styles = style("Par") + style("Derived", '<w:basedOn w:val="Par"/>') + style("Sub")
    none = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    steps = [("Par", ""), ("Sub", ""), ("Derived", none), ("Derived", "")]
    body = "".join(paragraph("x", properties=f'<w:pStyle w:val="{name}"/>{more}') for name, more in steps)
    assert texts(body, numbering=numbering, styles=styles) == ["1. x", "(a) x", "x", "2. x"]


def test_a_list_style_lends_its_levels():
    numbering = (
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="Legal"/></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="2"><w:styleLink w:val="Legal"/>'
        + level(0, "decimal", "%1)")
        + "</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
    )
    styles = (
        '<w:style w:type="numbering" w:styleId="Legal"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    )
    assert texts(paragraph("x", properties=in_list(1)), numbering=numbering, styles=styles) == ["1) x"]


def test_tracked_changes_are_read_as_accepted():
    def deleted(text: str) -> str:
        return f"<w:del><w:r><w:delText>{text}</w:delText></w:r></w:del>"

    def numbered(runs: str, mark: str = "") -> str:
        return paragraph(properties=in_list(1) + (f'<w:rPr><w:{mark} w:id="1"/></w:rPr>' if mark else ""), runs=runs)

    body = (
        numbered(f"{run('The State ')}{deleted('could')}<w:ins>{run('should')}</w:ins>{run(' act.')}")
        # a deleted paragraph takes no number
        + numbered(deleted("Gone."), "del")
        # a moved paragraph stands only where it was moved to
        + numbered(f"<w:moveFrom>{run('Moved.')}</w:moveFrom>", "moveFrom")
        # a deleted paragraph mark joins two paragraphs
        + numbered(run("First half, "), "del")
        + numbered(run("second half."))
        + numbered(f"<w:moveTo>{run('Moved.')}</w:moveTo>")
    )
    numbering = levels(level(0, "decimal", "%1."))
    assert texts(body, numbering=numbering) == ["1. The State should act.", "2. First half, second half.", "3. Moved."]


def test_fields_links_controls_and_characters():
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    body = paragraph(
        runs=f"{run('See ')}{begin}<w:r><w:instrText> REF x </w:instrText></w:r>"
        f"{begin}{run('hidden')}{end}{separate}{run('paragraph 5')}{end}"
        f"<w:hyperlink>{run(', the ')}</w:hyperlink><w:smartTag>{run('Re')}</w:smartTag><w:r><w:softHyphen/></w:r>"
        f"<w:sdt><w:sdtPr/><w:sdtContent>{run('port')}</w:sdtContent></w:sdt>"
        f'<w:r><w:noBreakHyphen/><w:t>2</w:t></w:r><w:fldSimple w:instr="X">{run(chr(160) + "of")}</w:fldSimple>'
        f'<w:r><w:commentReference w:id="1"/></w:r>{run(" secret", properties="<w:vanish/>")}'
        f'<w:r><w:br w:type="page"/></w:r>{run("20‑1" + chr(173) + "9")}'
    )
    assert texts(body) == ["See paragraph 5, the Report-2 of 20-19"]


def test_a_choice_is_read_once_and_a_text_box_after_its_paragraph():
    box = f"<w:txbxContent>{paragraph('In the box')}</w:txbxContent>"
    body = paragraph(
        runs=run("Text")
        + f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        + f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(body) == ["Text", "In the box"]


def test_footnotes_are_notes_and_headers_are_margins():
    body = paragraph(runs=run("Text") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + run("."))
    separator = f'<w:footnote w:type="separator" w:id="0">{paragraph("x")}</w:footnote>'
    notes = f'{separator}<w:footnote w:id="2">{paragraph("See A/65/38.")}</w:footnote>'
    source = read_docx(raw_docx(body, footnotes=notes, header1=paragraph("CAT/C/RUR/CO/3")))
    assert ([block.text for block in source.blocks], source.notes) == (["Text."], ("See A/65/38.",))
    assert source.margins == ("CAT/C/RUR/CO/3",)


def test_a_table_of_figures_is_marked_and_a_table_of_paragraphs_is_text():
    def table(*rows: tuple[str, ...]) -> str:
        cells = ("".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in row) for row in rows)
        return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"

    long = "The State party should ensure that " + "very " * 50 + "much."
    blocks = read_docx(raw_docx(table(("Year", "Number"), ("2020", "15")) + table(("5.", long)))).blocks
    assert [block.role for block in blocks] == [BlockRole.TABLE] * 4 + [BlockRole.BODY] * 2


def test_a_word_that_a_line_break_divides_after_a_hyphen_is_whole_and_a_joint():
    broken = SMALL_OBSERVATIONS.replace("evictions.", "evictions and provide treat-@ment and follow-@up services.")
    body = "".join(map(paragraph, broken.splitlines())).replace("@", "</w:t><w:br/><w:t>")
    imported = read_document(raw_docx(body))
    text = imported.paragraph("4").text
    assert text.endswith("provide treatment and follow-up services.")
    assert [joint.kept for joint in find_joints(text, imported.file_text)] == ["treatment", "follow-up"]
