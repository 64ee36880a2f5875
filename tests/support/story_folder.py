"""A small data folder for tests: one committee with two reviews, another committee, and an alternative report."""

from pathlib import Path

from tests.support.canary_folder import lay

TRACKER = """\
title: Drug policy
state_party: Kyrgyzstan
publisher: {name: The editors}
themes:
  - {id: policing, label: Policing}
groups:
  - {id: women, label: Women}
statuses:
  not-assessed: {label: Not assessed, definition: D, colour: '#6c7076', dark: '#868b92'}
  not-enough-information: {label: Not known, definition: D, colour: '#3a72c4', dark: '#7d9dff'}
  not-implemented: {label: Not done, definition: D, colour: '#801a14', dark: '#f0604f'}
  partially-implemented: {label: In part, definition: D, colour: '#97690c', dark: '#f2b134'}
  implemented: {label: Done, definition: D, colour: '#004f50', dark: '#6fe8dc'}
"""
BODIES = """\
treaty_bodies:
  - id: cescr
    code: CESCR
    name: Committee on Economic, Social and Cultural Rights
    treaty: ICESCR
  - id: ccpr
    code: CCPR
    name: Human Rights Committee
    treaty: ICCPR
    scales:
      - {since: 2017, verification: seen, grades: [{grade: A}, {grade: B}, {grade: C}]}
      - {period: 2008/2017, verification: to-check, grades: [{grade: A}, {grade: B1}, {grade: B2}]}
"""
DOCUMENTS = """\
documents:
  - {id: co-3, body: cescr, kind: concluding-observations, title: CO 3, cycle: 3, issued: 2015-07-07, verification: seen}
  - {id: report, body: cescr, kind: alternative-report, title: A report, cycle: 4, issued: 2024, verification: seen}
  - {id: co-4, body: cescr, kind: concluding-observations, title: CO 4, cycle: 4, issued: 2024-10-11, verification: seen}
  - {id: hrc-3, body: ccpr, kind: concluding-observations, title: HRC 3, cycle: 3, issued: 2022-12-09, verification: seen}
"""
ASKED = """\
issued_by: civil-society
document: report
title: Repeal the punishments
summary: Use should not be punished.
verification: seen
source: {document: report, paragraph: 1}
"""
RECOMMENDED = """\
issued_by: committee
document: co-4
title: Review the drug laws
summary: The drug laws should be reviewed.
verification: reported
source: {publisher: IDPC}
"""
GRADED = RECOMMENDED.replace("co-4", "hrc-3")
NEWS = """\
kind: news
publisher: 24.kg
summary: The law was signed.
dimension: law
verification: reported
"""
RECORDED = "recorded: 2026-01-31T12:00:00.000000Z"


def made(root: Path, files: dict[str, str] | None = None) -> Path:
    """Write a data folder without problems, and return it. `files` are added, or take the place of its own files."""
    ours = {
        "tracker.yaml": TRACKER,
        "treaty_bodies.yaml": BODIES,
        "documents.yaml": DOCUMENTS,
        "recommendations/r1.yaml": ASKED,
        "recommendations/co-4-12.yaml": RECOMMENDED,
        "recommendations/hrc-3-20.yaml": GRADED,
        "evidence/law.yaml": NEWS,
    }
    lay(root, {**ours, **(files or {})})
    return root
