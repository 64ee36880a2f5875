"""Own templates of submissions: what is filled in, what must not leave with them, and what is said of a mistake."""

import io
import re
import zipfile

import pytest
from docx import Document

from tests.publishing.test_submissions import DOCUMENTS as DOCUMENTS
from tests.publishing.test_submissions import FILES, QUOTATION, W, made, parts, request_of  # noqa: F401
from tests.support.server_process import ROOT
from tests.support.small_dataset import folder
from tracker.__main__ import main
from tracker.model.errors import UnusableFile
from tracker.model.vocabulary import SubmissionStage
from tracker.publishing.submissions.selection import Choice
from tracker.publishing.submissions.stages import template_fields
from tracker.publishing.submissions.template_filler import answer_template

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
    document, raw = Document(), io.BytesIO()
    document.core_properties.author = "Who made it"
    document.sections[0].header.paragraphs[0].text = header
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(raw)
    return raw.getvalue()


NOTE = "{{r groups[0].recommendations[0].words[0]|with_footnotes }}"
TRACKED = b'<w:ins w:id="9" w:author="Somebody"/>'
FOREIGN = (
    b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"'
    b' Target="https://other.example/a.png" TargetMode="External"/>'
)


def with_part(name: str, old: bytes, new: bytes) -> bytes:
    """A template in one part of which something else stands."""
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as target:
        for part, content in parts(template("x")).items():
            target.writestr(part, content.replace(old, new) if part == name else content)
    return changed.getvalue()


@pytest.fixture
def filled(request_of):  # noqa: F811
    """`filled(raw)` is a template filled with a follow-up submission."""

    def fill(raw: bytes, mark: str = "") -> bytes:
        request = request_of()
        submission, _raw = made(request, SubmissionStage.FOLLOW_UP)
        found = (request.view.recommendations["y"],)
        own = {"y": {"impact": "It is {{ worse }} & <b>bad</b>.\x0b"}}
        choice = Choice(SubmissionStage.FOLLOW_UP, request.view.bodies["cescr"], found, own_texts=own)
        fields = {**template_fields(request, choice, submission), "header": mark or submission.header}
        return answer_template(raw, name="ours", properties="<p/>", fields=fields, mark=mark)[1]

    return fill


def test_a_template_is_filled_letter_for_letter_and_each_footnote_has_its_source(filled):
    raw = filled(template(*ALL))
    document, shown = Document(io.BytesIO(raw)), parts(raw)
    text = "\n".join(p.text for p in document.paragraphs)
    assert f"“{QUOTATION}”" in text and "It is {{ worse }} & <b>bad</b>." in text and "{%" not in text
    assert document.sections[0].header.paragraphs[0].text == "Ruritania: Follow-up submission"
    numbers = re.findall(rb'footnoteReference w:id="(\d+)"', shown["word/document.xml"])
    notes = re.findall(rb'<w:footnote w:id="(\d+)">(.*?)</w:footnote>', shown["word/footnotes.xml"])
    assert [number for number, _note in notes] == numbers and len(notes) >= 3
    assert b"para. 12 (a)" in notes[0][1] and all(b"https://" in note for _number, note in notes)
    assert b"Who made it" not in b"".join(shown.values()) and "docProps/thumbnail.jpeg" not in shown


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
        (with_part("[Content_Types].xml", b"document.main", b"template.main"), "ours is not a Word document (.docx)."),
        (with_part("word/document.xml", b"<w:r>", TRACKED + b"<w:r>"), "comments or tracked changes"),
        (
            with_part("word/_rels/document.xml.rels", b"</Relationships>", FOREIGN + b"</Relationships>"),
            "loads something from another place: https://other.example/a.png.",
        ),
        (template("x", header="{{r summary[0]|with_footnotes }}" + NOTE), "near"),
        (template("x", header=NOTE), "has a footnote in a header"),
    ],
)
def test_a_wrong_template_gets_a_sentence_with_its_place(filled, raw, sentence):
    with pytest.raises(UnusableFile) as refused:
        filled(raw)
    assert sentence in str(refused.value)


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
    assert QUOTATION in "\n".join(p.text for p in Document(io.BytesIO(file.read_bytes())).paragraphs)
    said = capsys.readouterr().err
    assert "near “{{ titel }}”" in said and "There is no template ../tracker. There are: ours, wrong." in said


def test_the_guide_names_every_field(request_of):  # noqa: F811
    request = request_of()
    submission, _raw = made(request, SubmissionStage.FOLLOW_UP)
    choice = Choice(SubmissionStage.FOLLOW_UP, None, (request.view.recommendations["y"],))
    fields = template_fields(request, choice, submission)
    (group,) = fields["groups"]
    (item,) = group["recommendations"]
    guide = (ROOT / "docs" / "submissions.md").read_text("utf-8")
    assert [name for name in ("header", *fields, *group, *item) if f"`{name}`" not in guide] == []
