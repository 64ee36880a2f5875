"""Own templates of organisations: what is filled in, what must not leave with them, and what is said of a mistake."""

import io
import re
from datetime import date
from hashlib import sha256

import pytest
from docx import Document as open_docx
from docx.shared import Cm, RGBColor

from tests.publishing.test_submissions import DOCUMENTS, FILES, QUOTATION, TELEPHONE, made, parts, text_of
from tests.support.canary_documents import VISIBLE, canary_docx, plain_jpeg, relation, repacked
from tests.support.canary_images import CANARY as MAKER
from tests.support.canary_images import canary_jpeg
from tests.support.kept_files import everything_in
from tests.support.planted_marks import DOCX_GONE, body, docx_with, link, plain_docx, settings
from tests.support.raw_docx import paragraph
from tests.support.server_process import ROOT
from tests.support.small_dataset import folder
from tests.support.view_requests import ask, small
from tracker.__main__ import main
from tracker.editing.redaction.remove_words import list_lines, list_redaction_places, redact_folders
from tracker.editing.store import Store
from tracker.files.cleaners.office_package import ALLOWED_NAMES
from tracker.files.kept_file import CleanedFile
from tracker.files.scan import place_in_file
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.permissions import Person, Role
from tracker.model.safety_config import SafetyFinding
from tracker.model.vocabulary import SubmissionStage
from tracker.publishing.submissions.safety_check import check_submission
from tracker.publishing.submissions.selection import Choice
from tracker.publishing.submissions.stages import build_submission
from tracker.publishing.submissions.template_filler import answer_template
from tracker.publishing.submissions.word_file import template_fields, write_submission
from tracker.safety.dismissals import Dismissals
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

LOOP = ("{%p for group in groups %}", "{%p for item in group.recommendations %}")
ENDS = ("{%p endfor %}", "{%p endfor %}")
ALL = (
    "{{ title }} / {{ committee }} / {{ organisations|join('; ') }} / {{ session }} / {{ day }}",
    *("{{ register }}", "{%p for line in summary + counts %}", "{{ line }}", "{%p endfor %}"),
    LOOP[0],
    *("{{ group.heading }}", "{%p for line in group.text %}", "{{ line }}", "{%p endfor %}"),
    LOOP[1],
    "{{ item.title }} / {{ item.place }} / {{ item.issuer }} / {{ item.status }} / {{ item.grade }} / {{ item.ask }}",
    *("{%p for line in item.words %}", "{{r line|with_footnotes }}", "{%p endfor %}"),
    "{%p for line in item.state + item.situation + item.impact + item.comments %}",
    *("{{r line|with_footnotes }}", "{%p endfor %}"),
    *("{%p for line in item.laws + item.outcomes + item.other_evidence %}", "{{ line }}", "{%p endfor %}"),
    *("{%p for line in item.evidence %}", "{{ line.sources|join(' ') }}", "{%p endfor %}"),
    *ENDS,
)


def template(*paragraphs: str, header: str = "{{ header }}") -> bytes:
    document, raw = open_docx(), io.BytesIO()
    document.core_properties.author = "Who made it"
    document.sections[0].header.paragraphs[0].text = header
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(raw)
    return raw.getvalue()


NOTE = "{{r groups[0].recommendations[0].words[0]|with_footnotes }}"
TRACKED = '<w:ins w:id="9" w:author="Somebody"/>'


def with_part(name: str, old: str, new: str, raw: bytes = b"") -> bytes:
    """A template in one part of which something else stands."""
    return repacked(raw or template("x"), {name: lambda text: text.replace(old, new)}, {})


@pytest.fixture
def request_of(tmp_path):
    return lambda: ask(small(tmp_path, *FILES, ("documents", DOCUMENTS)))


@pytest.fixture
def filled(request_of):
    """`filled(raw)` is a template filled with a follow-up submission."""

    def fill(raw: bytes, mark: str = "") -> bytes:
        request = request_of()
        found = (request.view.recommendations["y"],)
        own = {"y": {"impact": "It is {{ worse }} & <b>bad</b>.\x0b"}}
        choice = Choice(SubmissionStage.FOLLOW_UP, request.view.bodies["cescr"], found, own_texts=own)
        fields = template_fields(request, choice) | ({"header": mark} if mark else {})
        return answer_template(raw, name="ours", properties="<p>Title</p>", fields=fields, mark=mark)[1]

    return fill


def test_a_template_is_filled_letter_for_letter_and_each_footnote_has_its_source(filled):
    raw = filled(template(*ALL))
    document, shown = open_docx(io.BytesIO(raw)), parts(raw)
    text = "\n".join(p.text for p in document.paragraphs)
    assert f"“{QUOTATION}”" in text and "It is {{ worse }} & <b>bad</b>." in text and "{%" not in text
    assert document.sections[0].header.paragraphs[0].text == "Ruritania: Follow-up submission"
    numbers = re.findall(rb'footnoteReference w:id="(\d+)"', shown["word/document.xml"])
    notes = re.findall(rb'<w:footnote w:id="(\d+)">(.*?)</w:footnote>', shown["word/footnotes.xml"])
    assert [number for number, _note in notes] == numbers and len(notes) >= 2
    assert b"para. 12 (a)" in notes[0][1] and all(b"https://" in note for _number, note in notes)
    assert b"Who made it" not in b"".join(shown.values()) and "docProps/thumbnail.jpeg" not in shown
    assert shown["docProps/core.xml"] == b"<p>Title</p>" and filled(template(*ALL)) == raw


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (template("{{ titel }}"), "The template ours has a mistake near “{{ titel }}”: 'titel' is undefined"),
        (template("Before", "{% if title %}"), "near “"),
        (template(*LOOP, "{{ item.wrds }}", *ENDS), "endfor %}{% endfor %}”: 'dict object' has no attribute 'wrds'"),
        (template("{{ title | upcase }}"), "near “{{ title | upcase }}”: No filter named 'upcase'."),
        (template("{{ title.__class__.__mro__ }}"), "access to attribute '__class__' of 'str' object is unsafe."),
        (template("{% for n in range(1000000000) %}x{% endfor %}"), "Range too big"),
        (b"nothing", "damaged"),
        (
            with_part("[Content_Types].xml", "document.main", "template.main"),
            "This kind of office file cannot be cleaned. Save it as .docx",
        ),
        (with_part("word/document.xml", "<w:r>", TRACKED + "<w:r>"), "comments or tracked changes"),
        (template("x", header="{{r summary[0]|with_footnotes }}" + NOTE), "near"),
        (template("x", header=NOTE), "has a footnote in a header"),
    ],
)
def test_a_wrong_template_gets_a_sentence_with_its_place(filled, raw, sentence):
    with pytest.raises(UnusableFile) as refused:
        filled(raw)
    assert sentence in str(refused.value)


FIELD = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>'.format
CODE = "<w:r><w:instrText>{}</w:instrText></w:r>".format
HERE, FILE_LINK = "word/document.xml: ", "file:///C:/Users/somebody/a.docx"
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rIdX1"'
CODES = (
    'INCLUDEPICTURE "https://other.example/a.png"', 'INCLUDETEXT "c:/a.docx"', "DDE excel a b", "DDEAUTO excel a b",
    "LINK Excel.Sheet.12 a", "IMPORT a.png", "DATABASE a", "MERGEFIELD a", "MACROBUTTON a b", "AUTHOR", "USERNAME",
    'IF 1 = 1 "a"', f'HYPERLINK "{FILE_LINK}"', "HYPERLINK a.docx", r'HYPERLINK \l "a" b.docx', "NEWEST a",
)  # fmt: skip


def with_field(runs: str) -> bytes:
    return docx_with(body(paragraph(runs=FIELD(runs))))


def related(kind: str, target: str, xml: str = "", **parts: bytes) -> bytes:
    """A template with a relation to a file of its own, whose contents are in `parts`, or to another place."""
    own = {f"word/{target}": part for part in parts.values()}
    return repacked(docx_with(body(xml, relation(1, kind, target, external=not own))), {}, own)


REFUSED = [
    *[(with_field(CODE(code)), HERE + code) for code in CODES],
    (with_field(CODE("DDE") + CODE("AUTO a")), HERE + "DDEAUTO a"),
    (with_field(FIELD(CODE("QUOTE DDE"))), HERE + "QUOTE DDE"),
    (docx_with(body('<w:p><w:fldSimple w:instr=" DDEAUTO a "/></w:p>')), HERE + "DDEAUTO a"),
    (template("{{r '" + FIELD(CODE("DDE a")) + "'|safe }}"), HERE + "DDE a"),
    (with_part("word/header1.xml", "<w:r>", FIELD(CODE("DDE a")) + "<w:r>"), "word/header1.xml: DDE a"),
    (docx_with(link("", FILE_LINK)), HERE + FILE_LINK),
    (docx_with(link("", "a.docx")), HERE + "a.docx"),
    (related("image", "https://other.example/a.png"), HERE + "https://other.example/a.png"),
    (related("attachedTemplate", FILE_LINK), HERE + FILE_LINK),
    (related("subDocument", "a.docx", f"<w:p><w:subDoc {R}/></w:p>"), HERE + "a.docx"),
    (related("aFChunk", "a.xml", f"<w:altChunk {R}/>", own=b"<a/>"), HERE + "altChunk"),
    (related("control", "a.xml", f"<w:p><w:r><w:control {R}/></w:r></w:p>", own=b"<a/>"), HERE + "control"),
    (related("oleObject", "a.bin", f"<w:p><w:r><w:object><w:control {R}/></w:object></w:r></w:p>", own=b"x"), HERE + "object"),
    (related("package", "embeddings/book.xlsx", own=b"x"), "word/embeddings/book.xlsx"),
    (related("oleObject", "embeddings/oleObject1.bin", own=b"x"), "word/embeddings/oleObject1.bin"),
    (related("vbaProject", "vbaProject.bin", own=b"x"), "word/vbaProject.bin"),
    (docx_with(settings('<w:mailMerge><w:query w:val="SELECT a"/></w:mailMerge>')), "word/settings.xml: mailMerge"),
    (repacked(plain_docx(), {}, {"word/media/image1.jpg": b"\x01\0\0\0 EMF"}), "word/media/image1.jpg"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "place"), REFUSED)
def test_what_fetches_is_attached_or_runs_is_refused_with_its_place(filled, raw, place):
    with pytest.raises(UnusableFile) as refused:
        filled(raw)
    assert str(refused.value).startswith("The template ours ") and f": {place}. " in str(refused.value)


def test_nothing_is_left_of_who_made_a_template(filled):
    raw, variables = plain_docx(), settings(f'<w:docVars><w:docVar w:name="x" w:val="{MAKER}"/></w:docVars>')
    for one in (*DOCX_GONE.values(), variables, body(paragraph("{{ title }}"))):
        raw = raw if one.relations else repacked(raw, {one.part: one.in_part}, {})
    canary = parts(canary_docx())
    more = {name: canary[name] for name in canary if re.match("customXml|docProps|word/people", name)}
    raw = repacked(raw, {}, {**more, "word/media/image1.jpg": canary_jpeg(0), "word/printerSettings1.bin": MAKER})
    sent = filled(raw)
    before, after = (everything_in(CleanedFile(one, FileKind.DOCX, "", FileKind.DOCX, "")) for one in (raw, sent))
    assert (before.count(MAKER.encode()) > 40, MAKER.encode() in after, b"rsid" in after) == (True, False, False)
    assert VISIBLE in text_of(sent) and "Ruritania" in text_of(sent) and len(open_docx(io.BytesIO(sent)).inline_shapes)


def test_the_form_of_a_template_stays(filled):
    """Its styles, margins, headers and footers with fields, tables, lists, pictures and footnotes."""
    document, raw = open_docx(io.BytesIO(template(NOTE))), io.BytesIO()
    section, table = document.sections[0], document.add_table(1, 2, style="Light Grid Accent 1")
    document.styles["Heading 1"].font.color.rgb = RGBColor(0, 80, 160)
    document.add_heading("Part one", 1)
    document.add_paragraph("First", style="List Number")
    table.cell(0, 1).text = "Cell"
    section.different_first_page_header_footer, section.left_margin = True, Cm(4)
    section.first_page_header.paragraphs[0].text = "{{ header }}"
    section.header.paragraphs[0].add_run().add_picture(io.BytesIO(plain_jpeg()), Cm(2))
    section.footer.paragraphs[0].text = "Page"
    document.save(raw)
    page = FIELD(CODE("PAGE")) + FIELD(CODE(r"DATE \@ yyyy"))
    raw = with_part("word/footer1.xml", "<w:t>Page</w:t></w:r>", "<w:t>Page</w:t></w:r>" + page, raw.getvalue())
    sent = filled(raw, mark="Confidential")
    kept, shown = open_docx(io.BytesIO(sent)), parts(sent)
    section, looks = kept.sections[0], {p.text: p.style.name for p in kept.paragraphs}
    assert (looks["Part one"], looks["First"], round(section.left_margin.cm, 1)) == ("Heading 1", "List Number", 4)
    assert str(kept.styles["Heading 1"].font.color.rgb) == "0050A0"
    assert (kept.tables[0].style.name, kept.tables[0].cell(0, 1).text) == ("Light Grid Accent 1", "Cell")
    assert [section.first_page_header.paragraphs[0].text, section.footer.paragraphs[0].text] == ["Confidential", "Page"]
    assert re.findall(rb"<w:instrText>(.*?)</", shown["word/footer1.xml"]) == [b"PAGE", rb"DATE \@ yyyy"]
    assert b"<a:blip r:embed=" in shown["word/header1.xml"] and b"para. 12 (a)" in shown["word/footnotes.xml"]


def test_a_person_in_a_template_is_found_when_it_is_filled(tmp_path, monkeypatch):
    """In the whole text of what is sent; what was found safe for this template is not asked again."""
    data = folder(tmp_path / "data", {**dict(FILES), "documents": DOCUMENTS})
    (data / "templates").mkdir()
    raw = template(
        "{{ title }}", f"Said Zorbek Vintalov, {TELEPHONE}.", "Director: Sampleson Exampleton.", header="{{ header }}"
    )
    (data / "templates" / "ours.docx").write_bytes(raw)
    request = ask(DatasetReader(data).read())
    submission, _raw = made(request, SubmissionStage.FOLLOW_UP)
    choice = Choice(SubmissionStage.FOLLOW_UP, request.view.bodies["cescr"], (request.view.recommendations["y"],))
    file = write_submission(data, "ours", request, choice=choice, submission=submission)

    def found(is_dismissed) -> list[list[str]]:
        check = check_submission(request, choice, submission, is_dismissed, file=file)
        assert {place_in_file(one) for one in (*check.findings, *check.candidates)} <= {("ours.docx", ())}
        return [[one.match.words for one in some] for some in (check.findings, check.candidates)]

    assert found(lambda _one: False) == [["Said Zorbek Vintalov", TELEPHONE], ["Sampleson Exampleton"]]
    digest = sha256(raw).hexdigest()
    settled = ("template ours", f"file {digest}")
    assert found(lambda one: (one.text_field.record, one.text_field.field) == settled) == [[], []]


def test_what_one_organisation_dismisses_for_its_submission_is_found_in_that_of_another(tmp_path):
    """Otherwise each could find out which names the other has in a confidential draft. Also with a template."""
    data = folder(tmp_path / "data", {**dict(FILES), "documents": DOCUMENTS})
    (data / "templates").mkdir()
    (data / "templates" / "ours.docx").write_bytes(template(*ALL, "Director: Sampleson Exampleton."))
    request = ask(DatasetReader(data).read())
    chosen, own = (request.view.recommendations["y"],), {"y": {"impact": "Said Zorbek Vintalov. Ask Exampleton."}}
    choice = Choice(SubmissionStage.FOLLOW_UP, request.view.bodies["cescr"], chosen, own_texts=own)
    submission = build_submission(request, choice, request)
    for name in ("", "ours"):
        file = write_submission(data, name, request, choice=choice, submission=submission)
        dismissals = Dismissals(tmp_path / f"private{name}", tmp_path / f"state{name}")

        def found(organisation: str, file=file, dismissals=dismissals) -> list[SafetyFinding]:
            how = {"file": file, "organisation": organisation}
            check = check_submission(request, choice, submission, dismissals.covers, **how)
            return [*check.findings, *check.candidates]

        first = found("watch")
        while left := found("watch"):  # the same words in the text, then in the file
            dismissals.dismiss([(one, "It is safe.") for one in left], by=Person(Role.REVIEWER, "reviewer-w1"))
        words = [[one.match.words for one in some] for some in (found("centre"), first)]
        # all have the words of the template itself: they are dismissed for all
        assert words[0] == [one for one in words[1] if one != "Sampleson Exampleton"] != []


def test_a_person_in_a_template_is_found_by_check_with_its_place_and_can_be_removed(tmp_path):
    data = folder(tmp_path / "data", {**dict(FILES), "documents": DOCUMENTS})
    (data / "templates").mkdir()
    raw, file = template("{{ title }}", f"Ask Aidana Zintal. Call {TELEPHONE}."), data / "templates" / "ours.docx"
    maker = {"docProps/app.xml": "<a><b>Word</b><c>Zorbek Vintalov</c><d>Word</d></a>"}
    file.write_bytes(repacked(raw, {}, maker))
    (data / "templates" / "wrong.docx").write_bytes(REFUSED[0][0])
    problems = [str(problem).partition("/templates/")[2] for problem in check_folder(data)]
    *found, refused = filter(None, problems)
    name = "this looks like the name of a person in a case"
    assert [one.partition(";")[0] for one in found[:2]] == [
        "ours.docx:2: a phone number identifies someone",
        f"ours.docx:2: {name}",
    ]
    assert len(found) == 3 and name in found[2], "in the properties, too"
    assert (
        refused.startswith("wrong.docx:1: The template wrong has a field that may fetch something,") and HERE in refused
    )
    words, store = RedactionTerms(["Aidana Zintal", "Zorbek Vintalov"]), Store(DatasetReader(data))
    removed = redact_folders(store, words, by=Person(Role.REVIEWER, "editor-anna"), day=date(2026, 6, 18))
    places = [(one.file.label, one.file.id, one.field, one.sentence) for one in list_redaction_places(removed, words)]
    assert places == [("Word template", "ours", "deleted whole", sentence) for sentence in ("Ask […].", "[…]")]
    assert list_lines(removed)[0].endswith("templates/ours.docx:2") and not file.exists()


def test_a_confidential_document_is_refused_unless_the_template_says_so_on_every_page(filled):
    assert filled(template("x"), mark="Confidential: not for publication")
    with pytest.raises(UnusableFile, match="does not say on every page"):
        filled(template("x", header="Our logo"), mark="Confidential: not for publication")


@pytest.mark.slow
def test_the_command_fills_a_template_of_the_data_folder_in_a_process_of_its_own(tmp_path, monkeypatch, capsys):
    data = folder(tmp_path / "data", {**dict(FILES), "documents": DOCUMENTS})
    (data / "templates").mkdir()
    (data / "templates" / "ours.docx").write_bytes(template(*ALL))
    (data / "templates" / "wrong.docx").write_bytes(template("{{ titel }}"))
    monkeypatch.setenv("TRACKER_DATA", str(data))
    command = ["submission", "--body", "cescr", "--stage", "follow-up", "--template"]
    file = tmp_path / "a.docx"
    assert [main([*command, name, str(file)]) for name in ("ours", "wrong", "../tracker")] == [0, 2, 2]
    assert QUOTATION in "\n".join(p.text for p in open_docx(io.BytesIO(file.read_bytes())).paragraphs)
    said = capsys.readouterr().err
    assert "near “{{ titel }}”" in said and "There is no template ../tracker. There are: ours, wrong." in said


def test_the_guide_names_every_field(request_of):
    request = request_of()
    choice = Choice(SubmissionStage.FOLLOW_UP, None, (request.view.recommendations["y"],))
    fields = template_fields(request, choice)
    (group,) = fields["groups"]
    (item,) = group["recommendations"]
    guide = (ROOT / "docs" / "submissions.md").read_text("utf-8")
    of_word = ALLOWED_NAMES["word_texts"]["fields"].split()
    assert [name for name in (*fields, *group, *item, *of_word) if f"`{name}`" not in guide] == []
