"""What is shown while tracker.yaml cannot be read: settings that name nothing."""

from tracker.model.registers import Settings
from tracker.model.vocabulary import Status
from tracker.storage.record_builder import build


def _bare() -> Settings:
    greys = {"definition": "—", "colour": "#6b7280", "dark": "#9ca3af"}
    settings, _ = build(
        Settings,
        {
            "title": "Recommendation tracker",
            "state_party": "—",
            "publisher": {"name": "—"},
            "statuses": {status: {"label": status.replace("-", " ").capitalize(), **greys} for status in Status},
        },
    )
    assert settings is not None
    return settings


BARE = _bare()
"""What is shown while tracker.yaml cannot be read."""
