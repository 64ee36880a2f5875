"""The settings that are used if tracker.yaml cannot be read."""

from tracker.model.registers import Settings
from tracker.model.vocabulary import Status
from tracker.storage.record_builder import build_record


def _build_fallback() -> Settings:
    greys = {"definition": "—", "colour": "#6b7280", "dark": "#9ca3af"}
    settings, _ = build_record(
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


FALLBACK_SETTINGS = _build_fallback()
"""Neutral settings: no State party, no publisher, grey statuses."""
