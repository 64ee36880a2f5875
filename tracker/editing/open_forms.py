"""Who has a form on a record open now. It is kept in memory only, and forgotten when the form is closed."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

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
    """The forms that are open now, of all editors. `clock` returns the time in seconds; it never goes back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._lock = clock, Lock()
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
            others = {form.handle for form in self._by_tab.values() if form.record == record}
        return tuple(sorted(others - {handle}))

    def leave(self, tab: str) -> None:
        """Forget the form in the browser tab `tab`: it was closed."""
        with self._lock:
            self._by_tab.pop(tab, None)
