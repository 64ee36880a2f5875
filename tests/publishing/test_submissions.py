"""Submissions as Word documents, read back with python-docx and as raw XML; OHCHR's thematic list; own templates."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from docx import Document as open_docx
from docx.shared import Cm, RGBColor
from lxml import etree

from tests.support.canary_documents import VISIBLE, canary_docx, plain_jpeg, relation, repacked
from tests.support.canary_folder import ASKED, CANARY, PRIVATE
from tests.support.canary_images import CANARY as MAKER
from tests.support.canary_images import canary_jpeg
from tests.support.kept_files import everything_in
from tests.support.planted_marks import DOCX_GONE, body, docx_with, link, plain_docx, settings
from tests.support.raw_docx import paragraph, raw_docx
from tests.support.server_process import ROOT
from tests.support.small_dataset import SHOWN, folder
from tests.support.view_requests import ASSESSED, CO, ask, small
from tracker.__main__ import main
from tracker.editing.redaction.remove_words import list_lines, list_redaction_places, redact_folders
from tracker.editing.store import Store
from tracker.files.cleaners.office_package import ALLOWED_NAMES
from tracker.files.kept_file import CleanedFile
from tracker.files.scan import place_in_file
from tracker.model.errors import TrackerError, UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.permissions import Person, Role
from tracker.model.registers import Grade, Scale
from tracker.model.vocabulary import SubmissionStage
from tracker.publishing.submissions.document import measure, notes_of
from tracker.publishing.submissions.docx_writer import write_docx
from tracker.publishing.submissions.safety_check import check_submission, limit_sentences
from tracker.publishing.submissions.selection import Choice, Order, select_recommendations
from tracker.publishing.submissions.stages import build_submission, template_fields, write_submission
from tracker.publishing.submissions.template_filler import answer_template
from tracker.publishing.submissions.thematic_list import fill_thematic_list
from tracker.safety.redaction.files import RedactionTerms
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.yaml.file_parser import parse_file
from tracker.validation.check import check_folder

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIGURE = {"en": "Figure", "ru": "Рисунок"}
QUOTATION = "The State party should: (a) repeal its laws;  (b) train officers “of all ranks” & report by 2027."
QUOTED = CO.replace(
    "title: T\nsummary: S\n", "title: {en: Repeal the laws, ru: Отменить законы}\nsummary: S\n"
).replace("{document: co-2024}", '{document: co-2024, link: "https://un.example/co"}') + (
    f"paragraph: 12 (a)\ntext: {{en: {{text: '{QUOTATION}', origin: official}}}}\n"
    "tags: [{tagged_by: ours, themes: [drug-policy], rights: [Covenant art. 12]}]\n"
    "assessments:\n"
    "  - {voice: civil-society, status: not-implemented, date: 2024-05, reason: Nothing was repealed., recorded: 2026-01-01T12:00:00.000001Z}\n"
    "  - {voice: state, status: implemented, date: 2025, reason: All is done., verification: reported, source: {publisher: A ministry, link: 'https://state.example/reply'}, recorded: 2026-01-01T12:00:00.000002Z}\n"
)
BEARS = (
    "relevant_to: [{recommendation: y, effect: setback, recorded: 2026-01-02T12:00:00.000000Z}]\n"
    "recorded: 2026-01-02T12:00:00.000000Z\nrecorded_by: editor-bolot\n"
)
PAPER = "published: 2024-06\nlink: https://paper.example/1\n"
NEWS = SHOWN.replace("summary: S", "summary: Officers came.") + PAPER + BEARS
LAW = SHOWN.replace("kind: news", "kind: law").replace("summary: S", "summary: {ru: Закон.}") + BEARS
FILES = (("r/x", ASSESSED), ("r/y", QUOTED), ("r/z", CO + "paragraph: 13\n"), ("e/news", NEWS), ("e/law", LAW))
DOCUMENTS = """\
documents:
  - {id: report-2024, body: cescr, kind: alternative-report, title: Report, cycle: cescr-2024, issued: 2024-02, verification: seen}
  - {id: co-2024, body: cescr, kind: concluding-observations, title: CO, symbol: E/C.12/RUR/CO/4, cycle: cescr-2024, issued: 2024-03-28, verification: seen, follow_up: {verification: seen, paragraphs: [12, 20]}}
"""


@pytest.fixture
def request_of(tmp_path):
    """`request_of(lang)` asks of the dataset of these stories."""
    data = small(tmp_path, *FILES, ("documents", DOCUMENTS))
    return lambda lang="en": ask(data, lang)


def made(request, stage, **more):
    """The document of a stage, as the command makes it, and its bytes."""
    body = request.view.bodies["cescr"]
    found = select_recommendations(request.view, stage, body)
    submission = build_submission(request, Choice(stage, body, found, **more), request.context)
    return submission, write_docx(submission)


def parts(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(raw: bytes) -> str:
    return "".join(etree.fromstring(parts(raw)["word/document.xml"]).itertext())


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("stage", SubmissionStage)
def test_every_document_is_sound_and_every_footnote_names_source_and_register(request_of, stage, lang):
    submission, raw = made(request_of(lang), stage)
    found = parts(raw)
    trees = {name: etree.fromstring(part) for name, part in found.items() if name.endswith((".xml", ".rels"))}
    body, notes = trees["word/document.xml"], trees["word/footnotes.xml"]
    used = [note.get(f"{W}id") for note in body.iter(f"{W}footnoteReference")]
    texts = {note.get(f"{W}id"): "".join(note.itertext()) for note in notes if not note.get(f"{W}type")}
    assert used == [str(n) for n in range(1, len(used) + 1)] == list(texts) and used
    assert all(re.search(r"\w.*https://tracker\.example/(r|evidence)", text) for text in texts.values()), texts
    known = {style.get(f"{W}styleId") for style in trees["word/styles.xml"].iter(f"{W}style")}
    assert {one.get(f"{W}val") for one in body.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")} <= known
    empty = [p for p in body.iter(f"{W}p") if not "".join(p.itertext()) and p.getparent().tag != f"{W}tc"]
    assert [p for p in empty if p.find(f".//{W}drawing") is None] == []
    assert len(list(body.iter(f"{W}tblHeader"))) == len(list(body.iter(f"{W}tbl")))
    assert trees["word/styles.xml"].find(f".//{W}lang").get(f"{W}val") == {"en": "en-GB", "ru": "ru-RU"}[lang]
    document = open_docx(io.BytesIO(raw))
    assert document.paragraphs[0].style.name == "Title"
    pictures = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert pictures == ([p.text.partition(". ")[2] for p in document.paragraphs if p.text.startswith(FIGURE[lang])])
    assert write_docx(submission) == raw


def test_a_follow_up_has_one_table_for_each_selected_paragraph_with_its_words_letter_for_letter(request_of):
    own = {"y": {"situation": "It became worse.\nMuch.", "grade": "B1", "impact": "Fear."}}
    submission, raw = made(request_of(), SubmissionStage.FOLLOW_UP, own_texts=own, session="77th")
    document = open_docx(io.BytesIO(raw))
    (table,) = document.tables
    assert [tuple(cell.text for cell in row.cells) for row in table.rows] == [
        ("Repeal the laws", "Repeal the laws"),
        ("The Committee's recommendation", f"“{QUOTATION}”"),
        ("Actions taken by the State party", "The State (2025): our classification: implemented. All is done."),
        ("Current situation", "It became worse.\nMuch.\nSetback: Officers came. (June 2024)"),
        ("Impact", "Fear."),
        ("Other comments", ""),
        ("The organisations' grade", "B1"),
    ]
    assert "Session: 77th" in [p.text for p in document.paragraphs]
    quoted, replied, seen = notes_of(submission.blocks)
    # a footnote leads to the source, not only to the register, whose link is the last one
    assert quoted.links[:-1] == ("https://undocs.org/E/C.12/RUR/CO/4", "https://un.example/co")
    assert (replied.links[:-1], seen.links[:-1]) == (("https://state.example/reply",), ("https://paper.example/1",))
    assert "A ministry" in replied.words, "the footnote of an assessment names its source"
    assert submission.notes == (
        "Still to fill in in the Word file: [Names of the organisations that sign].",
        "Paragraph 20 was selected for follow-up, but is not in the register.",
        "E/C.12/RUR/CO/4, para. 12 (a): Repeal the laws. Assessed by the tracker's editors; not reviewed by any "
        "organisation. No assessment since May 2024. No evidence since June 2024.",
        "Evidence: A paper: only in Русский, so it is not in the document.",
    )


def test_a_grade_that_is_not_on_the_scale_is_refused(request_of):
    request = request_of()
    scale = Scale(verification="seen", grades=(Grade(grade="A"), Grade(grade="B")))
    body = request.view.bodies["cescr"]
    found = select_recommendations(request.view, SubmissionStage.FOLLOW_UP, body)
    choice = Choice(SubmissionStage.FOLLOW_UP, replace(body, scales=(scale,)), found)
    build_submission(request, replace(choice, own_texts={"y": {"grade": "B"}}), request.context)
    with pytest.raises(TrackerError, match="grade"):
        build_submission(request, replace(choice, own_texts={"y": {"grade": "Z"}}), request.context)


def test_what_nobody_worded_in_the_language_is_listed_and_not_mixed_in(request_of):
    submission, raw = made(request_of("ru"), SubmissionStage.FOLLOW_UP)
    text = text_of(raw)
    assert "Отменить законы" in text and "Закон." in text
    assert [word for word in (QUOTATION, "Nothing was repealed.", "All is done.", "Officers") if word in text] == []
    assert sum("English" in note for note in submission.notes) == 5


def test_a_part_without_a_letter_gets_none(tmp_path):
    graded = QUOTED.replace("reason: All is done.", "part: 1, reason: D.") + "parts: [{id: 1, summary: One}]\n"
    request = ask(small(tmp_path, ("r/y", graded), ("documents", DOCUMENTS)), "en")
    text = text_of(made(request, SubmissionStage.FOLLOW_UP)[1])
    assert "part 1" in text and "part (1)" not in text


def test_a_translation_of_ours_says_so(tmp_path):
    ours = CO + "paragraph: 12\ntext: {en: {text: Repeal., origin: official}, ru: Отменить.}\n"
    request = ask(small(tmp_path, ("r/y", ours), ("documents", DOCUMENTS)), "ru")
    _submission, raw = made(request, SubmissionStage.FOLLOW_UP)
    assert open_docx(io.BytesIO(raw)).tables[0].rows[1].cells[1].text == "наш перевод: “Отменить.”"


def test_an_alternative_report_has_cover_contents_articles_proposals_and_annex(request_of):
    own = {"": {"summary": "In short."}, "y": {"ask": "Repeal them."}}
    chosen = {"order": Order.ARTICLE, "organisations": ("editors",), "own_texts": own}
    submission, raw = made(request_of(), SubmissionStage.ALTERNATIVE_REPORT, **chosen)
    document = open_docx(io.BytesIO(raw))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    articles = ["Covenant art. 12", "No article is named"]
    assert headings == ["Summary", *articles, "Proposed recommendations", "Annex: the register"]
    assert [p.text for p in document.paragraphs if p.style.name == "List Number 2"] == [
        "Repeal them. (E/C.12/RUR/CO/4, para. 12 (a))",
        "[What you ask for] (E/C.12/RUR/CO/4, para. 13)",
        "In our own words: The programme should grow. (Alternative report 2024, no. 7)",
    ]
    rows = document.tables[0].rows
    statuses = ["Status", "not-implemented", "not-assessed", "not-implemented, getting worse"]
    assert [row.cells[2].text for row in rows] == statuses
    properties = {one.tag.rpartition("}")[2]: one.text for one in etree.fromstring(parts(raw)["docProps/core.xml"])}
    title = {"title": "Ruritania: Alternative report", "creator": "Editors of this tracker"}
    assert properties == {**title, "created": "2026-06-18T00:00:00Z"}
    assert measure(submission) == measure(replace(submission, annex=()))


def test_only_what_was_ticked_is_in_a_confidential_document_and_every_page_says_so(tmp_path, request_of):
    text = PRIVATE[f"evidence/{CANARY}-1.yaml"].replace(ASKED, "y").encode()
    (ticked,), _problems = parse_file(tmp_path / "evidence" / "private-1.yaml", text)
    pair = (ticked, ticked.relevant_to[0])
    _open, public = made(request_of(), SubmissionStage.FOLLOW_UP)
    submission, raw = made(request_of(), SubmissionStage.FOLLOW_UP, private_evidence={"y": (pair,)})
    private = (CANARY.encode(), b"editor-", b"onfidential:")
    assert not any(word in part for word in private for part in parts(public).values())
    shown = parts(raw)
    assert f"{CANARY} seen" in shown["word/document.xml"].decode() and submission.is_confidential
    assert b"Confidential: not for publication" in shown["word/header.xml"]
    assert f"https://{CANARY}.example/a" in [link for note in notes_of(submission.blocks) for link in note.links]
    assert f"#e-{ticked.id}" not in shown["word/_rels/footnotes.xml.rels"].decode()


TELEPHONE = "+996 555 123 456"


@pytest.mark.parametrize(
    ("place", "finding", "candidate"),
    [
        (("r/y", QUOTED.replace("Repeal the laws", f"Call {TELEPHONE}")), TELEPHONE, None),
        (("r/y", QUOTED.replace("Nothing was repealed.", f"Call {TELEPHONE}.")), TELEPHONE, None),
        (("e/news", NEWS.replace("publisher: A paper", f"publisher: Office {TELEPHONE}")), TELEPHONE, None),
        (("e/news", NEWS.replace("paper.example/1", "paper.example/+996555123456")), "+996555123456", None),
        (("own", "Said Zorbek Vintalov"), "Said Zorbek Vintalov", None),
        (("own", "We met Sampleson Exampleton near the river."), None, "Sampleson Exampleton"),
    ],
)
def test_the_whole_text_is_looked_through_before_the_file_is_made(tmp_path, place, finding, candidate):
    own = {"y": {"impact": place[1]}} if place[0] == "own" else {}
    files = {**dict(FILES), "documents": DOCUMENTS, **dict([] if own else [place])}
    request = ask(small(tmp_path, *files.items()))
    body, found = request.view.bodies["cescr"], (request.view.recommendations["y"],)
    choice = Choice(SubmissionStage.FOLLOW_UP, body, found, organisations=("editors",), own_texts=own)
    submission = build_submission(request, choice, request.context)
    check = check_submission(request.view, choice, submission, lambda _found: False)
    words = [[found.match.words for found in some] for some in (check.findings, check.candidates)]
    assert words == [[finding] if finding else [], [candidate] if candidate else []]
    fields = ("title", "assessments", "publisher", "link")

    def is_settled(found):
        return found.text_field.field in fields and found.match.words in words[0]

    assert check_submission(request.view, choice, submission, is_settled).findings == ()


LIMITS = """\
treaty_bodies:
  - {id: cescr, code: CESCR, name: Committee on Rights, treaty: Covenant, submission_limits: [
      {verification: seen, words: 50, languages: [fr], source: {publisher: A page, link: "https://limits.example"}},
      {stage: brief, verification: to-check}, {stage: upr, verification: to-check}]}
"""


def test_the_length_is_compared_with_the_committees_limit(tmp_path):
    request = ask(small(tmp_path, *FILES, ("documents", DOCUMENTS), ("treaty_bodies", LIMITS)))
    said = {}
    for stage in (SubmissionStage.FOLLOW_UP, SubmissionStage.BRIEF, SubmissionStage.UPR):
        submission, _raw = made(request, stage)
        choice = Choice(stage, request.view.bodies["cescr"], ())
        said[stage] = limit_sentences(request.context, choice, submission)[1:]
    assert said == {
        "follow-up": [
            "Too long: the limit is 50 words.",
            "A page https://limits.example (source read)",
            "The committee takes submissions in: Français.",
        ],
        "brief": ["The limit is 2 pages."],
        "upr": ["It is not known here how long it may be."],
    }


HEADS = ("Recommendation", "Position", "Full list of themes", "Assessment/comments on level of implementation")


def listed(*rows: str) -> bytes:
    """A thematic list: a table with these recommendations, the last cell of each row empty in one of four ways."""
    empty = ("<w:p/>", "<w:p w:rsidR='1' />", "<w:p><w:pPr><w:jc w:val='left'/></w:pPr></w:p>", paragraph("Ours."))
    head = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in HEADS)
    theme = f"<w:tr><w:tc><w:tcPr><w:gridSpan w:val='4'/></w:tcPr>{paragraph('Theme: D1')}</w:tc></w:tr>"
    body = "".join(
        f"<w:tr><w:tc>{paragraph(row)}</w:tc><w:tc><w:p/></w:tc><w:tc>{paragraph('D1')}</w:tc><w:tc>{empty[n % 4]}</w:tc></w:tr>"
        for n, row in enumerate(rows)
    )
    return raw_docx(f"<w:tbl><w:tr>{head}</w:tr>{theme}{body}</w:tbl>", styles="")


UPR = CO.replace("summary: S", "summary: {en: 'Repeal laws that punish the use of drugs, and train the police.'}")
ROWS = (
    "115.1 Repeal laws that punish the use of drugs, and train the police (France) (Chile); (Viet Nam);",
    "115.2 Build more schools in the villages (Peru);",
    "115.3 Repeal laws that punish the use of drugs, and train police (Fiji);",
    "115.4 Repeal laws that punish the use of drugs, and train the police (Mali);",
)


def test_a_thematic_list_comes_back_with_every_other_cell_unchanged_and_without_its_author(tmp_path):
    known = [(f"r/u{n}", UPR + f"paragraph: 115.{n}\n" + QUOTED[QUOTED.index("assessments:") :]) for n in (1, 4)]
    about = {"docProps/core.xml": f"<a>{MAKER}</a>", "word/people.xml": f"<a>{MAKER}</a>"}
    request, raw = ask(small(tmp_path, *known)), repacked(listed(*ROWS), {}, about)
    _done, notes = fill_thematic_list(request, raw, None)
    assert notes[0] == "Filled 1 of 4 rows: 1 → u1"
    assert [note.partition(" (")[0] for note in notes[1:]] == ["Row 3", "Row 4"]
    assert notes[1].endswith("not filled; to fill it: --confirm 115.3=u1.") and "not changed" in notes[2]
    confirmed, notes = fill_thematic_list(request, raw, None, {"115.3": "u4", "115.2": "u1"})
    assert notes[0] == "Filled 3 of 4 rows: 1 → u1, 2 → u1, 3 → u4"
    _unknown, notes = fill_thematic_list(request, raw, None, {"115.2": "u9"})
    assert notes[1] == "--confirm 115.2=u9: there is no recommendation with this id; not filled."
    assert sorted(parts(confirmed)) == sorted({*parts(raw)} - {*about}) and b"rsid" in parts(raw)["word/document.xml"]
    assert not re.search(MAKER.encode() + b"|rsid", b"".join(parts(confirmed).values()))
    was, now = (etree.fromstring(parts(each)["word/document.xml"]) for each in (raw, confirmed))
    cells = ["".join(cell.itertext()) for cell in was.iter(f"{W}tc")]
    changed = [("".join(cell.itertext()), old) for cell, old in zip(now.iter(f"{W}tc"), cells, strict=True)]
    added = [(new, old) for new, old in changed if new != old]
    assert [old for _new, old in added] == ["", "", ""] and all(new.startswith("not-impl") for new, _old in added)
    lines = [line.text for line in now.iter(f"{W}t")]
    said, link, *_ = [line for line in lines if "://" in line or "repealed" in line]
    assert said.startswith("Editors of this tracker (May 2024): not-implemented. Nothing was repealed. [Editors of")
    assert link.startswith("https://tracker.example/r/u1?recorded=")


@pytest.mark.parametrize(
    ("raw", "sentence"), [(b"nothing", "damaged"), (raw_docx(paragraph("No table.")), "No table with the columns")]
)
def test_another_file_is_no_thematic_list(tmp_path, raw, sentence):
    with pytest.raises(UnusableFile, match=sentence):
        fill_thematic_list(ask(small(tmp_path, *FILES)), raw, None)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ("--body cescr --stage follow-up --lang ru a.docx", 0, "a.docx"),
        ("--stage upr a.docx", 0, "a.docx"),
        ("--body CAT --stage follow-up a.docx", 2, "It is not known here which paragraphs CAT selected for follow-up."),
        ("--body CAT --stage brief a.docx", 2, "No recommendation of CAT that fits this stage is in the register."),
        ("--stage brief a.docx", 2, "A submission at this stage is for one committee. Name it."),
        ("--body CED --stage brief a.docx", 2, "There is no committee 'CED'. The dataset has: CESCR, CAT."),
        (
            "--stage upr --organisation editors --organisation editors a.docx",
            2,
            "Name one organisation. Others are asked",
        ),
        ("--body CAT --stage brief a.pdf", 2, "a submission is a Word file; its name ends in .docx."),
    ],
)
def test_the_command_writes_a_file_or_says_why_not(tmp_path, monkeypatch, capsys, arguments, code, sentence):
    monkeypatch.setenv("TRACKER_DATA", str(folder(tmp_path / "data", {**dict(FILES), "documents": DOCUMENTS})))
    monkeypatch.setenv("TRACKER_PUBLIC_URL", "https://tracker.example")
    *options, name = arguments.split()
    assert main(["submission", *options, str(tmp_path / name)]) == code
    said = capsys.readouterr()
    assert sentence in (said.out + said.err).splitlines()[0]
    assert (tmp_path / name).exists() == (code == 0)


# Own templates: what is filled in, what must not leave with them, and what is said of a mistake.

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
def filled(request_of):
    """`filled(raw)` is a template filled with a follow-up submission."""

    def fill(raw: bytes, mark: str = "") -> bytes:
        request = request_of()
        submission, _raw = made(request, SubmissionStage.FOLLOW_UP)
        found = (request.view.recommendations["y"],)
        own = {"y": {"impact": "It is {{ worse }} & <b>bad</b>.\x0b"}}
        choice = Choice(SubmissionStage.FOLLOW_UP, request.view.bodies["cescr"], found, own_texts=own)
        fields = {**template_fields(request, choice, submission), "header": mark or submission.header}
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
    assert [number for number, _note in notes] == numbers and len(notes) >= 3
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
        check = check_submission(request.view, choice, submission, is_dismissed, file=file)
        assert {place_in_file(one) for one in (*check.findings, *check.candidates)} <= {("ours.docx", ())}
        return [[one.match.words for one in some] for some in (check.findings, check.candidates)]

    assert found(lambda _one: False) == [["Said Zorbek Vintalov", TELEPHONE], ["Sampleson Exampleton"]]
    digest = sha256(raw).hexdigest()
    settled = ("template ours", f"file {digest}")
    assert found(lambda one: (one.text_field.record, one.text_field.field) == settled) == [[], []]


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
    submission, _raw = made(request, SubmissionStage.FOLLOW_UP)
    choice = Choice(SubmissionStage.FOLLOW_UP, None, (request.view.recommendations["y"],))
    fields = template_fields(request, choice, submission)
    (group,) = fields["groups"]
    (item,) = group["recommendations"]
    guide = (ROOT / "docs" / "submissions.md").read_text("utf-8")
    of_word = ALLOWED_NAMES["word_texts"]["fields"].split()
    assert [name for name in ("header", *fields, *group, *item, *of_word) if f"`{name}`" not in guide] == []
