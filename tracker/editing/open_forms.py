"""Who has a form on a record open now. It is kept in memory, and forgotten when the form is closed.

Several copies of the dashboard on one database tell each other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from tracker.editing.forms_of_copies import FormsOfCopies, RecordAndHandle

FORGET_AFTER_SECONDS = 30.0
"""A form counts as closed if its page was not heard of for this long: the browser was closed, or lost its connection."""
MAX_OPEN_FORMS = 500
"""The largest number of forms that are remembered. If there is one more, the form that was heard of longest ago goes."""


@dataclass(frozen=True)
class OpenForm:
    """A form that an editor has open. `record` names the record, `seen` is the time at which the page was heard of."""

    record: str
    handle: str
    seen: float


class OpenForms:
    """The forms that are open now, of all editors. `clock` returns the time in seconds; it never goes back.

    `copies` knows those in other copies of the dashboard; None if there is only this one.
    """

    def __init__(self, clock: Callable[[], float], copies: FormsOfCopies | None = None) -> None:
        self._clock, self._copies, self._lock = clock, copies, Lock()
        self._by_tab: dict[str, OpenForm] = {}

    def enter(self, tab: str, record: str, handle: str) -> tuple[str, ...]:
        """Note that the editor `handle` has a form on `record` open in the browser tab `tab`.

        Return the handles of the other editors who have a form on this record open, in the order of the alphabet. Call
        this again while the form is open, several times in `FORGET_AFTER_SECONDS`.
        """
        now = self._clock()
        with self._lock:
            self._by_tab.pop(tab, None)
            recent = {t: form for t, form in self._by_tab.items() if now - form.seen < FORGET_AFTER_SECONDS}
            self._by_tab = dict(list(recent.items())[-(MAX_OPEN_FORMS - 1) :]) | {tab: OpenForm(record, handle, now)}
            own = self._own()
        elsewhere = self._copies.exchange(own) if self._copies else set()
        others = {each for of, each in {*own, *elsewhere} if of == record}
        return tuple(sorted(others - {handle}))

    def leave(self, tab: str) -> None:
        """Forget the form in the browser tab `tab`: it was closed."""
        with self._lock:
            closed = self._by_tab.pop(tab, None)
            own = self._own()
        if closed and self._copies and not own:
            # nobody here will look for others soon
            self._copies.exchange(own)

    def _own(self) -> set[RecordAndHandle]:
        return {(form.record, form.handle) for form in self._by_tab.values()}
