"""Generate a data folder of any size from a seed: python -m scripts.generate_data FOLDER COUNT [--seed N]."""

import argparse
import random
import shutil
from pathlib import Path

SHIPPED = Path(__file__).parent.parent / "data"
WORDS = [
    "court",
    "health",
    "police",
    "training",
    "register",
    "clinic",
    "treatment",
    "funding",
    "law",
    "practice",
    "access",
    "report",
    "women",
    "prison",
]

RECOMMENDATION = """# yaml-language-server: $schema=../schema/recommendation.json
issued_by: committee
document: cedaw-c-kgz-co-5
paragraph: {number}
title:
  en: {title}
  ru: Рекомендация номер {number}
summary:
  en: >-
    {first}
    {second}
  ru: >-
    Государству следует продолжать реформы и сообщить о принятых мерах.
verification: reported
source:
  publisher: A publisher
  link: https://example.org/{number}
tags:
  - tagged_by: ours
    themes: [{theme}]
assessments:
  - voice: civil-society
    organisation: editors
    date: {date}
    status: {status}
    direction: {direction}
    reason: {reason}
    source:
      document: ngo-2024
{evidence}    recorded: 2026-01-01T00:{minutes:02d}:{seconds:02d}.{micro:06d}Z
    recorded_by: generator
"""
EVIDENCE = """# yaml-language-server: $schema=../schema/evidence.json
kind: law
publisher: A publisher
title: A law
summary: What the law says, in own words.
dimension: law
verification: reported
link: https://example.org/law
relevant_to:
  - recommendation: cedaw-2021-1
    effect: context
    recorded: 2026-01-01T00:00:00.000000Z
recorded: 2026-01-01T00:00:00.000000Z
recorded_by: generator
"""


def generate(folder: Path, count: int, seed: int = 1) -> None:
    """Write a new data folder with the shipped registers and `count` recommendations of about 30 lines each.

    The same count and seed give the same data. Raises FileExistsError if `folder` exists.
    """
    rng = random.Random(seed)
    folder.mkdir(parents=True)
    for name in ("tracker.yaml", "treaty_bodies.yaml", "documents.yaml"):
        shutil.copy(SHIPPED / name, folder)
    shutil.copytree(SHIPPED / "schema", folder / "schema")
    (folder / "recommendations").mkdir()
    (folder / "evidence").mkdir()
    (folder / "evidence" / "a-law.yaml").write_text(EVIDENCE, encoding="utf-8")
    # the generated recommendations belong to a shipped document, whose own recommendations are not copied
    for number in range(1, count + 1):
        status = rng.choice(["not-implemented", "partially-implemented", "implemented", "not-enough-information"])
        text = RECOMMENDATION.format(
            number=number,
            title=" ".join(rng.sample(WORDS, 6)).capitalize(),
            first=" ".join(rng.choices(WORDS, k=12)).capitalize(),
            second=" ".join(rng.choices(WORDS, k=12)) + ".",
            theme=rng.choice(["harm-reduction", "hiv", "policing"]),
            date=f"{rng.randint(2019, 2026)}-{rng.randint(1, 9):02d}",
            status=status,
            evidence="    evidence: [a-law]\n" if status == "implemented" else "",
            direction=rng.choice(["forward", "unchanged", "backward"]),
            reason=" ".join(rng.choices(WORDS, k=9)).capitalize() + ".",
            minutes=number // 60 % 60,
            seconds=number % 60,
            micro=number,
        )
        (folder / "recommendations" / f"cedaw-2021-{number}.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    generate(options.folder, options.count, options.seed)
