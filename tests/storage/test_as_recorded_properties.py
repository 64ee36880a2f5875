"""What was said at a recorded moment stays said, whatever is saved, undone or added by hand later.

The known exception is a text that is edited by hand: it leaves no event, so the new one shows at every moment after the last
recorded edit of that text. `hand_title` expects exactly this.
"""

import os
import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.long import LONG
from tests.support.small_dataset import ANNA, ASKED, BOLOT, CONCLUDED, SHOWN, Clock, folder, said
from tracker.editing.store import Store
from tracker.editing.undo import reversal_of, with_event
from tracker.model.dataset import RECORDED_LISTS
from tracker.model.errors import Conflict
from tracker.model.events import Event
from tracker.model.lifecycle import events_until
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, SameDemand, Uptake
from tracker.model.vocabulary import EventType, EvidenceEffect, Status, UptakeResult, Voice
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.timestamps import latest_timestamp
from tracker.validation.check import check_folder, fix_folder

pytestmark = pytest.mark.slow

TODAY = date(2026, 6, 18)
TIMED = "recorded: 2026-01-01T00:00:00.000000Z\n"
FILES = {
    "r/x": f"""\
# ours
{ASKED}{TIMED}assessments:
  # the baseline
  - voice: civil-society
    status: not-implemented
    date: 2024-02   # about
    reason: Nothing moved.
    recorded: 2026-01-02T00:00:00.000000Z

  - {{voice: state, status: implemented, date: 2025, reason: A speech., # so they say
     evidence: [law], recorded: 2026-01-03T00:00:00.000000Z}}
# the end
""",
    "r/y": CONCLUDED + TIMED,
    "r/twin-of-x": ASKED + TIMED,
    "r/twin-of-y": CONCLUDED + TIMED,
    "e/law": f"{SHOWN}relevant_to:\n- {{recommendation: x, effect: context, recorded: 2026-01-03T00:00:00.000000Z}}\n{TIMED}",
}
TWINS = {"x": "twin-of-x", "y": "twin-of-y", "twin-of-x": "x", "twin-of-y": "y"}
"""What is archived as a duplicate → of what, which has the same issuer."""
DATES = ["2024-02", "2025", "2026-01", "2026-01-31"]
STATUSES = [Status.NO_INFORMATION, Status.NOT_IMPLEMENTED, Status.PARTIALLY]
TEXTS = ["T", "A: b", "Two\nlines", "Ends with a line\n", "Ends with two\n\n", "long " * 30, "- # ~", "null"]
OURS = Voice.CIVIL_SOCIETY
UNTIMED = "does not say when it was recorded"


class World:
    """A folder, the store that runs on it, and what was seen at each moment."""

    def __init__(self, root: Path) -> None:
        self.clock = Clock()
        self.root = folder(root, FILES)
        self.store = Store(DatasetReader(self.root, look_every=10_000), clock=self.clock)
        self.seen: dict[str, dict] = {}
        self.saves: list[tuple[dict, list]] = []
        self.notes = 0
        self.holds()

    @property
    def dataset(self):
        return self.store.reader.read()

    def pick(self, kind, n):
        records = list((self.dataset.recommendations if kind is Recommendation else self.dataset.evidence).values())
        return records[n % len(records)]

    def view(self, moment=None):
        """What is shown; at a moment also what became of it until then."""
        view = View(self.dataset, TODAY, recorded=moment)
        found: dict = {("evidence", "order"): list(view.evidence)}
        for record in (*view.recommendations.values(), *view.evidence.values()):
            named = type(record).__name__, record.id
            found |= {(*named, "title"): record.title, (*named, "summary"): record.summary}
            for name in RECORDED_LISTS:
                items = getattr(record, name, ())
                found[*named, name] = [replace(i, events=events_until(i, moment) if moment else ()) for i in items]
        for r in view.recommendations.values():
            dates = [a.date for a in view.assessments[r.id]]
            found[r.id] = (view.status(r), view.last_checked(r), view.is_stale(r), dates)
            found[r.id, "same"] = {other.id for other in view.same_demand(r)}
            found[r.id, "taken"] = [(other.id, taken.result) for other, taken in view.uptake_of(r)]
            found[r.id, "evidence"] = [(e.id, b.effect) for e, b in view.evidence_for(r)]
        return found

    def save(self, *changed, by=ANNA):
        shown, there = self.view(), {**self.dataset.recommendations, **self.dataset.evidence}
        after = self.store.save(*changed, by=by, reason="Why.")
        self.saves.append((shown, [(there.get(record.id), record) for record in after]))

    def assess(self, n):
        """A new assessment; now and then the title is edited with it."""
        r = self.pick(Recommendation, n)
        new = Assessment(voice=OURS, status=STATUSES[n % 3], date=DATES[n % 4], reason=said(TEXTS[n % 8]))
        title = r.title if n % 5 else said(TEXTS[n // 5])
        self.save(replace(r, title=title, assessments=(*r.assessments, new)))

    def show(self, n):
        r = self.pick(Recommendation, n)
        bears = (EvidenceLink(recommendation=r.id, effect=EvidenceEffect.PROGRESS),)
        needed = {"kind": "law", "publisher": "P", "summary": said("S"), "dimension": "law", "verification": "reported"}
        id = f"law-{len(self.dataset.evidence)}"
        law = Evidence(id=id, published=DATES[n % 4], relevant_to=bears, **needed)
        done = Assessment(voice=OURS, status=Status.IMPLEMENTED, date="2026-01", reason=said("R."), evidence=(law.id,))
        self.save(replace(r, assessments=(*r.assessments, done)), law)

    def link(self, n):
        e, y = self.pick(Evidence, n), self.dataset.recommendations["y"]
        bears = EvidenceLink(recommendation="xy"[n % 2], effect=EvidenceEffect.SETBACK)
        more = {"uptake": (*y.uptake, Uptake(recommendation="x", result=UptakeResult.PARTLY))}
        if n % 2:
            more = {"same_demand": (*y.same_demand, SameDemand(recommendation="x"))}
        self.save(replace(e, relevant_to=(*e.relevant_to, bears)), replace(y, **more), by=BOLOT)

    def edit(self, n):
        record, field = self.pick((Recommendation, Evidence)[n % 2], n // 2), ("title", "summary")[n // 3 % 2]
        self.save(replace(record, **{field: said(TEXTS[n % 8])}))

    def withdraw(self, n):
        r = self.pick(Recommendation, n)
        if r.assessments:
            self.save(with_event(EventType.WITHDRAWN, r, n % len(r.assessments), said(TEXTS[n % 8])))

    def check_again(self, n):
        r = self.pick(Recommendation, n)
        if r.assessments:
            self.save(
                with_event(
                    EventType.CHECKED, r, n % len(r.assessments), day=f"2026-01-{1 + n:02}", reason=said("Asked: yes.")
                )
            )

    def retire(self, n):
        record = self.pick((Recommendation, Evidence)[n % 2], n // 2)
        into = TWINS[record.id] if isinstance(record, Recommendation) else None
        retired, restored = Event(type=EventType.RETIRED, into=into), Event(type=EventType.RESTORED)
        self.save(replace(record, events=(*record.events, (retired, restored)[n // 4 % 2])))

    def undo(self, n):
        """The last save, if no hand went over the files since: then all is as it was before it."""
        before, pairs = self.saves[-1] if self.saves else (None, [])
        if before is not None:
            self.save(*self.taken_back(pairs))
            assert self.view() == before

    def undo_earlier(self, n):
        """One of the saves, unless its records were changed since."""
        if self.saves:
            changed = self.taken_back(self.saves[n % len(self.saves)][1])
            there = self.view()
            try:
                self.save(*changed)
            except Conflict:
                assert self.view() == there

    def taken_back(self, pairs):
        return [replace(reversal_of(was, now, said("Undone.")), version=now.version) for was, now in pairs]

    def clock_goes_back(self, n):
        self.clock.now -= timedelta(hours=n)

    # what people do in the files, and the command line after them

    @contextmanager
    def by_hand(self, n):
        """A file's text, to be changed in a list of one; saved as an editor saves it."""
        path = self.root / f"{('evidence/law', 'recommendations/x', 'recommendations/y')[n % 3]}.yaml"
        text = [path.read_bytes().decode()]
        yield path, text
        path.with_suffix(".tmp").write_bytes(text[0].encode())
        os.replace(path.with_suffix(".tmp"), path)
        self.look()

    def look(self):
        """Reads what a hand did in the files; what an undo should bring back nobody can say then."""
        self.store.reader.read(fresh=True)
        self.saves = [(None, pairs) for _, pairs in self.saves]

    def hand_assess(self, n):
        with self.by_hand(1 + n % 2) as (_, text):
            end = "\r\n" if "\r\n" in text[0] else "\n"
            said_now = f"status: {STATUSES[n % 3]}, date: {DATES[n % 4]}, reason: By hand."
            new = f"  - {{voice: civil-society, {said_now}}}{end}"
            if not re.search("^assessments:", text[0], re.M):
                text[0] = text[0].rstrip() + f"{end}assessments:{end}{new}"
            else:
                text[0] = re.sub(r"(?m)^(assessments:\r?\n(?:[ #].*\n|\r?\n)*)", lambda m: m[1] + new, text[0], count=1)

    def hand_title(self, n):
        """No event tells of it: it shows at every moment after which no edit of the title was recorded."""
        with self.by_hand(1 + n % 2) as (path, text):
            text[0] = re.sub(r"(?m)^title:.*\n(?: +.*\n|\r?\n)*", f"title: By hand {n}\n", text[0])
        record = self.dataset.recommendations[path.stem]
        for moment, seen in self.seen.items():
            later = any(change.field == "title" and change.recorded > moment for change in record.history)
            if not later and ("Recommendation", record.id, "title") in seen:
                seen["Recommendation", record.id, "title"] = record.title

    def comment(self, n):
        with self.by_hand(n) as (_, text):
            self.notes += 1
            keys = [m.start() for m in re.finditer(r"^[a-z_]+:", text[0], re.M)]
            at = [*keys, len(text[0])][n % (len(keys) + 1)]
            text[0] = text[0][:at] + f"# note {self.notes}.\n" + text[0][at:]

    def windows(self, n):
        with self.by_hand(n) as (_, text):
            text[0] = "\ufeff" + text[0].lstrip("\ufeff").replace("\r\n", "\n").replace("\n", "\r\n")

    def fill(self, n):
        fix_folder(self.root, handle="editor-bolot" if n % 2 else "", clock=self.clock)
        self.look()
        assert not check_folder(self.root)

    def holds(self):
        """What must be true after each step; the moment is noted."""
        assert DatasetReader(self.root).read() == self.dataset
        for moment, seen in self.seen.items():
            assert self.view(moment) == seen, moment
        self.seen.setdefault(moment := latest_timestamp(self.dataset), self.view(moment))

    def holds_at_the_end(self):
        assert [problem for problem in check_folder(self.root) if UNTIMED not in problem.message] == []
        text = "".join(path.read_bytes().decode() for path in self.root.glob("[re]*/*.yaml"))
        found = re.findall(r"# (?:note \d+\.|ours|the baseline|about|so they say|the end)", text)
        ours = ["# ours", "# the baseline", "# about", "# so they say", "# the end"]
        assert sorted(found) == sorted([*ours, *(f"# note {n}." for n in range(1, self.notes + 1))])


ON_PAGES = ["assess", "show", "link", "edit", "withdraw", "check_again", "retire", "undo", "undo_earlier"]
CHECKS = list(HealthCheck)
IN_FILES = ["hand_assess", "hand_title", "comment", "windows", "fill", "clock_goes_back"]


@given(st.lists(st.tuples(st.sampled_from(ON_PAGES + IN_FILES), st.integers(0, 23)), min_size=3, max_size=12))
@settings(
    max_examples=200 if LONG else 25, deadline=None, derandomize=True, database=None, suppress_health_check=CHECKS
)
def test_what_was_recorded_stays_as_it_was(steps):
    # what this asks does not hang on the disk's patience
    with TemporaryDirectory() as root, patch("tracker.storage.folder.atomic_write.os.fsync"):
        world = World(Path(root))
        for deed, n in steps:
            getattr(world, deed)(n)
            world.holds()
        world.holds_at_the_end()
