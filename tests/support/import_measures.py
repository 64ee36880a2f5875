"""Compare what the import finds in documents with what it has to find, and count."""

from dataclasses import dataclass, field
from typing import Any

from tests.support.observations_corpus import Expected


def same(text: str | None) -> str:
    return " ".join((text or "").split())


@dataclass
class Measures:
    """Counts for many documents. `wrong` has a line for each thing that was wrong."""

    expected: int = 0
    found: int = 0
    right: int = 0
    parts: int = 0
    parts_right: int = 0
    texts: int = 0
    texts_exact: int = 0
    headings_right: int = 0
    facts: int = 0
    facts_right: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, name: str, expected: Expected, found: dict[str, Any]) -> None:
        """Count one document. `found` is what `import --dry-run --json` prints for it."""
        facts = found["document"]
        pairs = [
            ("symbol", expected.symbol, facts["symbol"]),
            ("adopted", expected.adopted, facts["adopted"]),
            ("considered", expected.considered, facts["considered"]),
            ("next report", expected.next_report["due"], facts["next_report"]["due"]),
            *((key, expected.follow_up[key], facts["follow_up"][key]) for key in ("paragraphs", "due", "period")),
        ]
        for key, wanted, got in pairs:
            self._count(f"{name}: {key}", "facts", wanted, got)
        by_number = {item["paragraph"]: item for item in found["recommendations"]}
        numbers = {item["paragraph"] for item in expected.recommendations}
        self.expected, self.found = self.expected + len(numbers), self.found + len(by_number)
        self.right += len(numbers & set(by_number))
        self.wrong += [f"{name}: {number} missed" for number in sorted(numbers - set(by_number), key=int)]
        self.wrong += [f"{name}: {number} is no recommendation" for number in sorted(set(by_number) - numbers, key=int)]
        for item in expected.recommendations:
            got = by_number.get(item["paragraph"])
            if not got:
                continue
            place = f"{name}: {item['paragraph']}"
            self._count(f"{place} text", "texts", same(item["text"]), same(got["text"]))
            heading = item["heading"][3:] if item["heading"][1:3] == ". " else item["heading"]
            self.headings_right += self._is_same(f"{place} heading", heading, got["heading"] or "")
            parts = {part["id"]: same(part["text"]) for part in got["parts"]}
            wanted_parts = {part["id"]: same(part["text"]) for part in item["parts"]}
            for letter in wanted_parts.keys() | parts.keys():
                self._count(f"{place} ({letter})", "parts", wanted_parts.get(letter), parts.get(letter))

    def _count(self, place: str, what: str, wanted: object, got: object) -> None:
        names = {"facts": "facts_right", "texts": "texts_exact", "parts": "parts_right"}
        setattr(self, what, getattr(self, what) + 1)
        setattr(self, names[what], getattr(self, names[what]) + self._is_same(place, wanted, got))

    def _is_same(self, place: str, wanted: object, got: object) -> bool:
        if wanted != got:
            self.wrong.append(f"{place}:\n    want {wanted!r}\n    got  {got!r}")
        return wanted == got

    def shares(self) -> dict[str, float]:
        """Name → share from 0 to 1."""
        return {
            "recall": self.right / max(1, self.expected),
            "precision": self.right / max(1, self.found),
            "parts": self.parts_right / max(1, self.parts),
            "texts exact": self.texts_exact / max(1, self.texts),
            "headings": self.headings_right / max(1, self.texts),
            "facts": self.facts_right / max(1, self.facts),
        }
