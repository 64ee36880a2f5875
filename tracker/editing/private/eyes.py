"""Whose eyes look at the private folder, and what they may see and do there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Literal

from tracker.files.new_file import NewFile
from tracker.model.errors import NotAllowed
from tracker.model.organisations import Privacy, SharedWith, can_change, can_read, own_organisation, privacy_as_chosen
from tracker.model.permissions import READER, Permission, Person
from tracker.storage.dataset_reader import DatasetReader

NOT_THEIRS = "Only the organisation to which it belongs can change it. Nothing was saved."


class Host(Enum):
    """Who runs the tracker: the command line, and a start of the server, look with these eyes."""

    HOST = "host"


THE_HOST: Literal[Host.HOST] = Host.HOST


@dataclass(frozen=True, slots=True)
class Eyes:
    """What `looker` may see and change: a person, what their organisation may; the host, everything.

    In methods, `by` is who acts, by default `looker`. It does not limit the host.
    """

    looker: Person | Host
    public: DatasetReader

    def organisation(self, by: Person | None = None) -> str:
        """Return the id of the organisation of a person; without one, and for the host, that of the tracker's editors."""
        person = by or (READER if self.looker is THE_HOST else self.looker)
        return own_organisation(person, self.public.read().settings.organisations)

    def can_read(self, private: Privacy | None, by: Person | None = None) -> bool:
        """Return whether they may read an entry."""
        return self.looker is THE_HOST or can_read(private, self.organisation(by))

    def can_change(self, private: Privacy | None, by: Person | None = None) -> bool:
        """Return whether they may change, withdraw and share an entry."""
        return self.looker is THE_HOST or can_change(private, self.organisation(by))

    def require_own(self, private: Privacy | None, by: Person) -> None:
        """Raise NotAllowed unless they may change an entry."""
        if not self.can_change(private, by):
            raise NotAllowed(NOT_THEIRS)

    def require_host(self) -> None:
        """Raise NotAllowed unless the host looks."""
        if self.looker is not THE_HOST:
            raise NotAllowed("Only who runs the tracker can do this. Nothing was changed.")

    def new_privacy(self, by: Person, shared_with: SharedWith = ()) -> Privacy | None:
        """Return the Privacy of a new entry of `by`. The host gives it none: it says itself whose an entry is."""
        return None if self.looker is THE_HOST else privacy_as_chosen(self.organisation(by), shared_with)

    def shared(self, before: Privacy | None, by: Person, sharing: Privacy | None) -> Privacy | None:
        """Return the Privacy of an entry after it was shared as `sharing` says. Only the host can give it another owner.

        Raises NobodyChosen if it is for chosen organisations, and none is chosen.
        """
        if sharing:
            privacy_as_chosen(sharing.organisation, sharing.shared_with)
        if self.looker is THE_HOST:
            return sharing or before
        own = self.organisation(by)
        if sharing is None or (before is None and own != self.organisation(READER)):
            return before
        return replace(sharing, organisation=before.organisation if before else own)

    def owned(self, new_files: Sequence[NewFile], by: Person) -> Sequence[NewFile]:
        """Return the files with the organisation of `by` as the owner of their originals; for the host, as they are."""
        if self.looker is THE_HOST:
            return new_files
        return tuple(replace(new, organisation=self.organisation(by)) for new in new_files)


def is_editor(by: Person) -> bool:
    """Return whether the person `by` may read and add private entries: an editor or reviewer with a handle."""
    return by.can(Permission.SEE_PRIVATE) and bool(by.handle)


def require_editor(by: Person) -> None:
    """Raise NotAllowed unless `by` is an editor or reviewer with a handle."""
    if not is_editor(by):
        raise NotAllowed("Only an editor can add or withdraw a private note or file. Nothing was saved.")
