"""What is shown while tracker.yaml cannot be read: settings that name nothing."""

from tracker.build import build
from tracker.registers import Settings
from tracker.words import Status


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
