"""A network of five trackers with their packages: Kyrgyzstan as shipped, and four made from reports of the UPR."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.support.five_states import EXAMPLES, SHIPPED, STATES, _document, _recommendation, report_of
from tests.support.package_files import packed
from tracker.importing.documents.reader import read_document

WORDS = {kind: yaml.safe_load((SHIPPED / "tracker.yaml").read_text("utf-8"))[kind] for kind in ("themes", "groups")}
WORDS["groups"] = [group for group in WORDS["groups"] if "label" in group]


def write(path: Path, values: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), "utf-8")
    return path


def tracker_of(code: str, root: Path) -> Path:
    """Write the data folder of one tracker. That of Kazakhstan calls harm reduction by a word of its own."""
    if code == "kgz":
        return Path(shutil.copytree(SHIPPED, root, ignore=shutil.ignore_patterns("schema")))
    report = read_document(report_of(code)).upr
    assert report and report.symbol and report.adopted
    licence = "Reuse with attribution (CC BY 4.0)."
    settings = {
        "title": f"Recommendations: {STATES[code]['en']}",
        "state_party": STATES[code],
        "languages": ["en", "ru", "ky"],
    }
    settings |= {"publisher": {"name": "A network of organisations", "licence": licence}, **WORDS}
    write(root / "tracker.yaml", settings)
    write(root / "treaty_bodies.yaml", {"treaty_bodies": [{"id": "upr"}]})
    document = _document(code, report.symbol, report.adopted)
    write(root / "documents.yaml", {"documents": [{key: document[key] for key in document if key != "state"}]})
    for one in report.recommendations:
        values = _recommendation(code, report.symbol, one)
        values.pop("same_demand", None)
        write(root / "recommendations" / f"{code}-{one.number.replace('.', '-')}.yaml", values)
    return root


def five_trackers(root: Path) -> Path:
    """Write five trackers, their packages and network.yaml into `root`. Return the path of network.yaml."""
    sources = []
    for code, names in STATES.items():
        packed(tracker_of(code, root / code), root / f"{code}.zip")
        about = {"id": code, "name": {"en": f"Tracker of {names['en']}", "ru": f"Трекер: {names['ru']}"}}
        where = {"link": f"https://{code}.example.org", "package": f"{code}.zip"}
        sources.append(about | {"states": [{"id": code, "name": names}]} | where)
    write(root / "vocabulary.yaml", WORDS | {"mechanisms": ["cescr", "ccpr", "cat", "cedaw", "upr"]})
    network = {"title": EXAMPLES["together"], "publisher": {"name": "The network"}, "languages": ["en", "ru", "ky"]}
    return write(
        root / "network.yaml", network | {"stale_days": 7, "vocabulary": "vocabulary.yaml", "sources": sources}
    )
