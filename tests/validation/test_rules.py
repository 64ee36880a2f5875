"""The rules between records: for each one a case that passes and one that fails, with file, line and what would be right."""

import pytest

from tests.support.story_folder import ASKED, BODIES, DOCUMENTS, GRADED, NEWS, RECOMMENDED, RECORDED, TRACKER, made
from tracker.validation import rules
from tracker.validation.check import check_folder

R1, CO, HRC = (f"recommendations/{name}.yaml" for name in ("r1", "co-4-12", "hrc-3-20"))
LAW = "evidence/law.yaml"
GONE = f"events: [{{type: retired, into: INTO, {RECORDED}}}]\n"
PARTS = "parts:\n  - {id: a, summary: First}\n  - {id: b, summary: Second}\n"
STATE = f"assessments:\n  - {{voice: state, date: 2024, reason: They say so., {RECORDED}, evidence: [law], "
OURS = f"assessments:\n  - {{voice: civil-society, date: 2024, reason: We saw it., {RECORDED}, "
GRADE = f"assessments:\n  - {{voice: committee, date: 2024, reason: Its letter., {RECORDED}, "
LETTER = "source: {document: hrc-letter}, "
SAID_IN = "verification: seen, source: {document: state-4, paragraph: 2}}\n"
LATER = (
    "  - {id: hrc-letter, body: ccpr, kind: follow-up-assessment, title: L, cycle: 3, verification: seen}\n"
    "  - {id: state-4, body: cescr, kind: state-report, title: S, cycle: 4, received: 2014-03-02, issued: 2014-05, verification: seen}\n"
)
NOT_OF_STATE = ("list-of-issues", "list-of-issues-prior-to-reporting", "alternative-report", "general-comment")
NOT_GRADED_IN = ("state-report", "replies", "follow-up-report", *NOT_OF_STATE)
OTHER_KINDS = (
    DOCUMENTS
    + LATER
    + "".join(
        f"  - {{id: hrc-{kind}, body: ccpr, kind: {kind}, title: D, cycle: 4, verification: seen}}\n"
        for kind in (*NOT_GRADED_IN, "rapporteurs-letter")
    )
    + "  - {id: hrc-4, body: ccpr, kind: concluding-observations, title: HRC 4, cycle: 4, issued: 2024, verification: seen}\n"
    "  - {id: hrc-2, body: ccpr, kind: concluding-observations, title: HRC 2, cycle: 2, issued: 2015, verification: seen}\n"
)
NO_REASON = "an assessment needs a reason; say in a sentence what it rests on"
STATES = {"tracker.yaml": TRACKER + "states: [{id: kgz, name: Kyrgyzstan}, {id: kaz, name: Kazakhstan}]\n"}
OF_STATES = (DOCUMENTS + LATER).replace(", body:", ", state: kgz, body:")
UPTAKE = "uptake:\n  - {recommendation: r1, result: to-check}\n"


@pytest.fixture
def told(tmp_path):
    """The problems of a small dataset in which these files say something else, as 'file:line: what'."""

    def told(files: dict[str, str]) -> list[str]:
        root = made(tmp_path, {"documents.yaml": DOCUMENTS + LATER, **files})
        return [str(problem).removeprefix(f"{root}/") for problem in check_folder(root)]

    return told


@pytest.mark.parametrize(
    "files",
    [
        {CO: RECOMMENDED + "text: {en: {text: Ours., origin: own}}\n"},
        {CO: RECOMMENDED.replace("reported", "seen") + "text: {en: {text: Quoted., origin: official}}\n"},
        {CO: RECOMMENDED.replace("{publisher: IDPC}", "{document: co-3, cited_by: report}")},
        {CO: RECOMMENDED + "tags: [{tagged_by: ours, themes: [policing], groups: [women]}]\n"},
        {CO: RECOMMENDED + "same_demand: [{recommendation: hrc-3-20}, {recommendation: r1}]\n"},
        {CO: RECOMMENDED + UPTAKE},
        {R1: ASKED + PARTS + STATE + "part: a, status: implemented}\n"},
        {R1: ASKED + STATE + "verification: reported}\n"},
        *({R1: ASKED + STATE.replace("evidence: [law], ", said)} for said in ("source: {cited_by: co-4}}\n", "source: {publisher: A minister, link: https://example.org/1}}\n", "events: [{type: withdrawn}]}\n")),
        {R1: ASKED + OURS + "status: implemented, evidence: [law], source: {publisher: EHRA}}\n"},
        {R1: ASKED + OURS + "status: not-enough-information}\n"},
        {HRC: GRADED + GRADE + LETTER + "grade: B}\n"},
        {HRC: GRADED + GRADE.replace("2024", "2016-05") + LETTER + "grade: B2}\n"},
        {HRC: GRADED + GRADE + LETTER + "grade: not-selected}\n"},
        *({R1: ASKED + STATE.replace("2024", day) + SAID_IN} for day in ("2014-03-02", "2014-05", "2014")),
        {CO: RECOMMENDED + GONE.replace("INTO", "again"), "recommendations/again.yaml": RECOMMENDED.replace("co-4", "co-3")},
        {R1: ASKED + GONE.replace("INTO", "again"), "recommendations/again.yaml": ASKED},
        {CO: RECOMMENDED + GONE.replace("INTO", "r1").replace("]", f", {{type: restored, {RECORDED}}}]")},
        *({"documents.yaml": OTHER_KINDS, HRC: GRADED + GRADE + f"grade: B, source: {{document: {wrote}}}}}\n"} for wrote in ("hrc-letter", "hrc-rapporteurs-letter", "hrc-4")),
        *({"documents.yaml": OTHER_KINDS, R1: ASKED + STATE + f"source: {{document: {wrote}}}}}\n"} for wrote in ("state-4", "hrc-replies", "hrc-follow-up-report")),
        *({CO: RECOMMENDED.replace("co-4", "co-3") + GRADE.replace("2024", day) + "grade: B, source: {document: co-4}}\n"} for day in ("2024-10-11", "2024-10", "2024")),
        {HRC: GRADED + GRADE + f"grade: B, source: {{document: co-4}}, events: [{{type: withdrawn, {RECORDED}}}]}}\n"},
        {CO: RECOMMENDED.replace("co-4", "co-3") + GRADE + "grade: its own words, source: {document: co-4}}\n"},
        {R1: ASKED + PARTS, LAW: NEWS + "document: report\nrelevant_to: [{recommendation: r1, part: b, effect: context}]\n"},
        {LAW: NEWS + "tags: [{tagged_by: ours, themes: [policing]}]\n"},
        STATES | {"documents.yaml": OF_STATES.replace("state: kgz, body: ccpr", "state: kaz, body: ccpr")},
        {"tracker.yaml": TRACKER + "language: ru\nlanguages: [ru, ky]\n"},
        {"documents.yaml": DOCUMENTS.replace("issued: 2024-10-11", "adopted: 2024-09-27, issued: 2024-10-11, follow_up: {verification: seen, source: {document: co-4, paragraph: 60}, steps: [{date: 2026, description: A letter, document: co-3}]}")},
    ],
)  # fmt: skip
def test_what_fits_together_is_no_problem(told, files):
    assert told(files) == []


@pytest.mark.parametrize(
    ("files", "what"),
    [
        # document_is_known_and_fits_who_asks
        ({CO: RECOMMENDED.replace("co-4", "co-5")}, f"{CO}:2: there is no document 'co-5'; did you mean 'co-4'?"),
        ({CO: RECOMMENDED.replace("co-4", "xyz")}, f"{CO}:2: there is no document 'xyz'; add it, or correct the id"),
        ({CO: RECOMMENDED.replace("co-4", "report")}, f"{CO}:1: report is a document of civil society: its recommendations are issued by civil society, not by a committee"),
        ({CO: f"{RECOMMENDED}response: noted\n"}, f"{CO}:7: only a recommendation of the Universal Periodic Review has a position of the State"),
        ({R1: f"{ASKED}response: noted\n"}, f"{R1}:7: only a recommendation of the Universal Periodic Review has a position of the State"),
        ({R1: ASKED.replace("document: report\ntitle", "document: co-4\ntitle")}, f"{R1}:1: co-4 is not a document of civil society: its recommendations are not issued by civil society"),
        # a_quotation_was_seen
        ({CO: RECOMMENDED + "text: {en: {text: Quoted., origin: official}}\n"}, f"{CO}:7: a quoted text needs 'verification: seen'; put what others report into the summary, in your own words"),
        # its_source_and_tags_are_known
        ({CO: RECOMMENDED.replace("{publisher: IDPC}", "{document: co-9}")}, f"{CO}:6: there is no document 'co-9'; did you mean 'co-4'?"),
        ({CO: RECOMMENDED.replace("{publisher: IDPC}", "{publisher: IDPC, cited_by: reprot}")}, f"{CO}:6: there is no document 'reprot'; did you mean 'report'?"),
        ({CO: RECOMMENDED.replace("{publisher: IDPC}", "{link: https://idpc.net}")}, f"{CO}:6: a source names nobody; give the document of the register, or the publisher"),
        ({CO: RECOMMENDED + "tags:\n  - tagged_by: ours\n    themes:\n      - policing\n      - police\n"}, f"{CO}:11: there is no theme 'police'; did you mean 'policing'?"),
        ({CO: RECOMMENDED + "tags:\n  - tagged_by: ours\n    groups: [men]\n"}, f"{CO}:9: there is no group 'men'; did you mean 'women'?"),
        # same_demand_points_to_another_recommendation
        ({CO: RECOMMENDED + "same_demand:\n  - recommendation: r1\n  - recommendation: r2\n"}, f"{CO}:9: there is no recommendation 'r2'; add it, or correct the id"),
        ({R1: ASKED + "same_demand:\n  - recommendation: r1\n"}, f"{R1}:8: a recommendation is not the same demand as itself; name the other one"),
        # uptake_is_a_later_document_of_the_committee_addressed
        ({R1: ASKED + UPTAKE}, f"{R1}:7: uptake is recorded with the committee's recommendation; move it there"),
        ({CO: RECOMMENDED + UPTAKE.replace("r1", "ngo-1")}, f"{CO}:8: there is no recommendation 'ngo-1'; add it, or correct the id"),
        ({CO: RECOMMENDED + UPTAKE.replace("r1", "hrc-3-20")}, f"{CO}:8: hrc-3-20 is a committee's; uptake is of a civil-society recommendation, use same_demand"),
        ({HRC: GRADED + UPTAKE}, f"{HRC}:8: report is addressed to cescr, not to ccpr; use same_demand for another committee's recommendation"),
        ({CO: RECOMMENDED.replace("co-4", "co-3") + UPTAKE}, f"{CO}:8: co-3 is earlier than report; uptake needs a later document, use same_demand"),
        # an_assessment_says_what_its_voice_can_say
        ({R1: ASKED + STATE.replace("They say so.", "' '") + "}\n"}, f"{R1}:8: {NO_REASON}"),
        ({R1: ASKED + OURS + "status: not-assessed}\n"}, f"{R1}:8: 'not-assessed' means that there is no assessment; use 'not-enough-information', or delete the assessment"),
        ({R1: ASKED + OURS + "}\n"}, f"{R1}:8: a civil-society assessment needs a status"),
        ({R1: ASKED + OURS + "status: implemented}\n"}, f"{R1}:8: 'implemented' needs evidence; name at least one item of the register"),
        ({R1: ASKED + OURS + "status: implemented, evidence: [laws]}\n"}, f"{R1}:8: there is no evidence 'laws'; did you mean 'law'?"),
        ({R1: ASKED + OURS + "status: not-implemented, grade: C}\n"}, f"{R1}:8: only a committee gives grades; use the key 'status'"),
        ({R1: ASKED + GRADE + "grade: C}\n"}, f"{R1}:8: a committee grades only its own recommendations; record this with the committee's recommendation"),
        ({HRC: GRADED + GRADE + LETTER + "grade: B, status: implemented}\n"}, f"{HRC}:8: a committee gives a grade of its own scale, not a status; use the key 'grade'"),
        ({HRC: GRADED + GRADE + LETTER + "}\n"}, f"{HRC}:8: a committee's assessment needs its grade, or 'not-selected'"),
        ({HRC: GRADED + GRADE + LETTER + "grade: B2}\n"}, f"{HRC}:8: 'B2' is not in the committee's scale of that time; one of A, B, C, or not-selected"),
        ({HRC: GRADED + GRADE.replace("2024", "2016-05") + LETTER + "grade: C}\n"}, f"{HRC}:8: 'C' is not in the committee's scale of that time; one of A, B1, B2, or not-selected"),
        # a scale of the report itself goes before that of the time
        ({"documents.yaml": DOCUMENTS + LATER.replace("verification: seen}", "verification: seen, scale: {verification: seen, grades: [{grade: A}, {grade: B2}]}}", 1), HRC: GRADED + GRADE + LETTER + "grade: B}\n"}, f"{HRC}:8: 'B' is not in the committee's scale of that time; one of A, B2, or not-selected"),
        *(({CO: RECOMMENDED + GONE.replace("INTO", other)}, f"{CO}:7: {other} is of another committee or of another kind; name another one, or leave it out") for other in ("r1", "hrc-3-20")),
        ({"documents.yaml": DOCUMENTS.replace("co-3,", "co-3, events: [{type: retired, into: report, " + RECORDED + "}],")}, "documents.yaml:2: report is of another committee or of another kind; name another one, or leave it out"),
        ({LAW: NEWS + GONE.replace("INTO", "act"), "evidence/act.yaml": NEWS.replace("kind: ", "kind: monitoring #")}, f"{LAW}:6: act is of another committee or of another kind; name another one, or leave it out"),
        ({CO: RECOMMENDED + GONE.replace("INTO", "law")}, f"{CO}:7: there is no recommendation 'law'; add it, or correct the id"),
        ({LAW: NEWS + GONE.replace("INTO", "r1")}, f"{LAW}:6: there is no evidence 'r1'; add it, or correct the id"),
        ({HRC: GRADED + GRADE + "grade: B, source: {document: co-4}}\n"}, f"{HRC}:8: co-4 is a document of cescr; the grade of ccpr stands in a document of ccpr"),
        ({HRC: GRADED + GRADE + "grade: B, source: {document: hrc-3}}\n"}, f"{HRC}:8: hrc-3 makes the recommendation; a grade stands in a later document"),
        *(({"documents.yaml": OTHER_KINDS, HRC: GRADED + GRADE + f"grade: A, source: {{document: hrc-{kind}}}}}\n"}, f"{HRC}:8: hrc-{kind} is no document in which a committee grades; name its report on follow-up, its letter or its later concluding observations") for kind in NOT_GRADED_IN),
        ({"documents.yaml": OTHER_KINDS, HRC: GRADED + GRADE.replace("2024", "2015") + "grade: A, source: {document: hrc-2}}\n"}, f"{HRC}:8: hrc-2 is earlier than hrc-3; a grade stands in a later document"),
        *(({"documents.yaml": OTHER_KINDS, R1: ASKED + STATE + f"source: {{document: {wrote}}}}}\n"}, f"{R1}:8: {wrote} is not written by the State; name it as what cites the State ('cited_by')") for wrote in ("co-3", "hrc-letter", *(f"hrc-{kind}" for kind in NOT_OF_STATE))),
        ({R1: ASKED + STATE + "verification: seen, source: {publisher: A minister, link: https://example.org/1, cited_by: co-4, paragraph: 2}}\n"}, f"{R1}:8: co-4 cites the State; what it says of others is 'reported'"),
        ({CO: RECOMMENDED.replace("co-4", "co-3") + GRADE.replace("2024", "2023") + "grade: B, source: {document: co-4}}\n"}, f"{CO}:8: co-4 is of 2024-10-11; give the grade that date"),
        *(({HRC: GRADED + GRADE + f"grade: B{source}}}\n"}, f"{HRC}:8: a committee's grade names the committee's document in which it stands; add it as the source") for source in ("", ", source: {publisher: HRW}")),
        *(({R1: ASKED + STATE.replace("evidence: [law], ", source) + "}\n"}, f"{R1}:8: what the State says names where it says so; add the document, or evidence") for source in ("", "source: {publisher: A minister}")),
        ({R1: ASKED + STATE + "source: {publisher: A minister, cited_by: co-3}}\n"}, f"{R1}:8: co-3 is of 2015-07-07, before this was said; name what says it since, or give it its date"),
        ({R1: ASKED + STATE + SAID_IN}, f"{R1}:8: state-4 is of 2014-05, 2014-03-02; give what it says that date"),
        ({R1: ASKED + STATE + "verification: seen}\n"}, f"{R1}:8: {rules.PLACE_MISSING}"),
        ({R1: ASKED + PARTS + STATE + "part: c}\n"}, f"{R1}:11: r1 has no part 'c'; one of a, b"),
        ({R1: ASKED + STATE + "part: c}\n"}, f"{R1}:8: r1 has no part 'c'; leave it out"),
        ({R1: ASKED + STATE + "source: {publisher: EHRA, cited_by: reports}}\n"}, f"{R1}:8: there is no document 'reports'; did you mean 'report'?"),
        ({R1: ASKED + STATE.replace(RECORDED + ", ", "") + "}\n"}, f"{R1}:8: the assessment does not say when it was recorded; it counts from its date, but no recorded view shows it"),
        # parts_are_named_once
        ({R1: ASKED + "parts:\n  - {id: a, summary: First}\n  - id: a\n    summary: Second\n"}, f"{R1}:9: the part 'a' occurs twice; use each letter once"),
        # recorded_times_are_used_once
        ({R1: ASKED + STATE + "}\n" + (STATE + "}\n").partition("\n")[2]}, f"{R1}:9: this recorded time occurs twice; delete this line in the copy"),
        # texts_are_in_languages_of_the_dataset
        ({R1: ASKED + "text: {en: Quoted., ens: Quoted.}\n"}, f"{R1}:7: the language 'ens' is not one of the dataset's (en); correct the code"),
        # evidence_bears_on_what_is_there
        ({LAW: NEWS + "document: co-9\n"}, f"{LAW}:6: there is no document 'co-9'; did you mean 'co-4'?"),
        ({LAW: NEWS + "tags: [{tagged_by: ours, themes: [polices]}]\n"}, f"{LAW}:6: there is no theme 'polices'; did you mean 'policing'?"),
        ({LAW: NEWS + "relevant_to: [{recommendation: rr1, effect: context}]\n"}, f"{LAW}:6: there is no recommendation 'rr1'; did you mean 'r1'?"),
        ({LAW: NEWS + "relevant_to: [{recommendation: r1, part: a, effect: context}]\n"}, f"{LAW}:6: r1 has no part 'a'; leave it out, or name one that exists"),
        # of_registers
        ({"documents.yaml": DOCUMENTS, "treaty_bodies.yaml": BODIES.replace("id: ccpr", "id: hrc")}, "documents.yaml:5: there is no treaty body 'ccpr'; did you mean 'cescr'?"),
        ({"treaty_bodies.yaml": BODIES + "    submission_limits: [{verification: seen, words: 10000}]\n"}, "treaty_bodies.yaml:13: a limit needs the place where it stands; add 'source' with a link or document"),
        ({"treaty_bodies.yaml": BODIES + "    submission_limits: [{verification: to-check}, {stage: brief, verification: to-check}, {verification: to-check}]\n"}, "treaty_bodies.yaml:13: this stage has a limit above; keep one of them"),
        (STATES | {"documents.yaml": OF_STATES.replace("state: kgz, body: cescr, kind: alt", "body: cescr, kind: alt")}, "documents.yaml:3: a document is of one State; write 'state', one of kgz, kaz"),
        (STATES | {"documents.yaml": OF_STATES.replace("state: kgz, body: cescr, kind: alt", "state: kas, body: cescr, kind: alt")}, "documents.yaml:3: a document is of one State; write 'state', one of kgz, kaz"),
        (STATES | {"documents.yaml": OF_STATES.replace("co-4, state: kgz", "co-4, symbol: E/C.12/KGZ/CO/4, state: kaz")}, "documents.yaml:4: the symbol E/C.12/KGZ/CO/4 is of another State (KGZ); correct it, or allow it in tracker.yaml"),
        ({"documents.yaml": DOCUMENTS.replace("issued: 2024-10-11", "adopted: 2020-01-01, considered: 2024-09-12/2024-09-13")}, "documents.yaml:4: adopted before the State was considered; check both dates"),
        ({"documents.yaml": DOCUMENTS.replace("co-4,", "co-4, symbol: CRC/C/KGZ/CO/5-6,")}, "documents.yaml:4: the symbol CRC/C/KGZ/CO/5-6 is of CRC, not of CESCR; correct the symbol or the committee"),
        ({"documents.yaml": DOCUMENTS.replace("issued: 2024-10-11", "adopted: 2024-10-12, issued: 2024-10-11")}, "documents.yaml:4: issued before it was adopted; check both dates"),
        (
            {
                "documents.yaml": DOCUMENTS.replace(
                    "issued: 2015",
                    "follow_up: {verification: seen, source: {document: co-7, paragraph: 60}}, issued: 2015",
                )
            },
            "documents.yaml:2: there is no document 'co-7'; did you mean 'co-4'?",
        ),
        ({"documents.yaml": DOCUMENTS.replace("issued: 2015", "follow_up: {verification: reported, steps: [{date: 2023, description: W, document: reporting}]}, issued: 2015")}, "documents.yaml:2: there is no document 'reporting'; did you mean 'report'?"),
        ({"documents.yaml": DOCUMENTS.replace("issued: 2015", "follow_up: {verification: reported, rounds: [{verification: seen, report: reporting}]}, issued: 2015")}, "documents.yaml:2: there is no document 'reporting'; did you mean 'report'?"),
        ({"tracker.yaml": TRACKER + "languages: [ru]\n"}, "tracker.yaml:14: the main language 'en' is missing from the list"),
        ({"tracker.yaml": TRACKER + "languages: [en, ru]\nfallback:\n  ru: [en]\n  en: [kg]\n"}, "tracker.yaml:17: the language 'kg' is not one of the dataset's (en, ru); correct the code"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_named_on_its_line(told, files, what):
    assert told(files) == [what]


def test_a_record_full_of_wrong_ids_gives_its_first_problems(told):
    found = told({R1: ASKED + "same_demand:\n" + "".join(f"  - recommendation: x-{i}\n" for i in range(5_000))})
    assert len(found) == rules.MAX_VIOLATIONS
    assert found[0] == f"{R1}:8: there is no recommendation 'x-0'; add it, or correct the id"
