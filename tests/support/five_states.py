"""A dataset of five States: Kyrgyzstan as shipped, and four whose recommendations are read from made-up reports of the UPR."""

import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.support.examples import examples
from tests.support.upr_files import SYMBOL, as_text, whole_report
from tracker.importing.documents.reader import read_document
from tracker.importing.upr_rows import cycle_of

SHIPPED = Path(__file__).parents[2] / "data"
EXAMPLES = examples(__file__)
STATES = EXAMPLES["states"]
"""Code of a State → its names."""


def report_of(code: str, section: str = "") -> bytes:
    """Return a report of the UPR on a State, with this section of conclusions or that of the examples."""
    text = as_text(whole_report(section or EXAMPLES["sections"][code])).decode()
    return text.replace("Ruritania", STATES[code]["en"]).replace(SYMBOL, f"A/HRC/99/{[*STATES].index(code)}").encode()


def five_states(root: Path) -> Path:
    """Write the data folder and return it. Ids of the four are their code and the number of the recommendation."""
    shutil.copytree(SHIPPED, root, ignore=shutil.ignore_patterns("schema"))
    listed = [{"id": code, "name": names} for code, names in STATES.items()]
    settings = root / "tracker.yaml"
    party = re.compile(r"^state_party:\n(?:  .+\n)+", re.MULTILINE)
    named = _to_yaml({"state_party": EXAMPLES["together"], "states": listed})
    settings.write_text(party.sub(lambda _: named, settings.read_text("utf-8")), "utf-8")
    bodies, documents = root / "treaty_bodies.yaml", root / "documents.yaml"
    if "id: upr" not in bodies.read_text("utf-8"):
        bodies.write_text(bodies.read_text("utf-8").rstrip() + "\n  - id: upr\n", "utf-8")
    texts = [re.sub(r"^(  - id: .+)$", r"\1\n    state: kgz", documents.read_text("utf-8"), flags=re.MULTILINE)]
    for code in EXAMPLES["sections"]:
        upr = read_document(report_of(code)).upr
        assert upr and upr.symbol and upr.adopted
        texts.append(
            _to_yaml([_document(code, upr.symbol, upr.adopted)]).replace("\n", "\n  ").rstrip().join(("  ", "\n"))
        )
        for one in upr.recommendations:
            record = _recommendation(code, upr.symbol, one)
            name = f"{code}-{one.number.replace('.', '-')}.yaml"
            (root / "recommendations" / name).write_text(_to_yaml(record), "utf-8")
    documents.write_text("\n".join(texts), "utf-8")
    return root


def _document(code: str, symbol: str, adopted: str) -> dict[str, object]:
    title = {
        "en": f"Report of the Working Group on {STATES[code]['en']}",
        "ru": f"Доклад Рабочей группы: {STATES[code]['ru']}",
    }
    known = {"id": f"upr-{code}", "state": code, "body": "upr", "kind": "concluding-observations", "symbol": symbol}
    return known | {"title": title, "cycle": cycle_of(adopted), "adopted": adopted, "verification": "seen"}


def _recommendation(code: str, symbol: str, one: Any) -> dict[str, object]:
    words = EXAMPLES["words"]
    theme = next(theme for theme in words if words[theme]["word"] in one.text)
    same = EXAMPLES["same_demand"].get(f"{code} {one.number}")
    return {
        "issued_by": "committee",
        "document": f"upr-{code}",
        "paragraph": one.number,
        "title": {lang: words[theme][lang] for lang in ("en", "ru")},
        "text": {"en": {"text": one.text, "origin": "official"}},
        "summary": {lang: words[theme][lang] for lang in ("en", "ru")},
        "verification": "seen",
        "source": {"document": f"upr-{code}", "paragraph": one.number},
        "recommending_states": [*one.recommenders],
        "response": str(one.position),
        "tags": [{"tagged_by": "ours", "themes": [theme]}],
        **({"same_demand": [{"recommendation": same, "extent": "whole"}]} if same else {}),
    }


def _to_yaml(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
