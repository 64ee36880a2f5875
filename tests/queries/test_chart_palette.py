"""The colours of the charts and of the statuses can be told apart also by those who see fewer colours."""

from itertools import combinations
from pathlib import Path

import pytest

from tracker.model.vocabulary import EvidenceEffect, Status
from tracker.publishing.pictures.figures import EFFECT_COLOURS, PATTERNS, SHAPES
from tracker.storage.dataset_reader import DatasetReader

ROOT = Path(__file__).parent.parent.parent
# What is seen of red, green and blue light, in linear light, where one kind of cone is missing (Machado, Oliveira and Fernandes 2009).
SEEN = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
APART = 11
"""How far apart two colours are at least, in CIELAB (1976): about five times what an eye just notices."""


def light(colour: str) -> list[float]:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def lab(linear: list[float]) -> tuple[float, float, float]:
    r, g, b = (min(1, max(0, part)) for part in linear)
    white = (0.95047, 1.0, 1.08883)
    xyz = (
        0.4124 * r + 0.3576 * g + 0.1805 * b,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        0.0193 * r + 0.1192 * g + 0.9505 * b,
    )
    x, y, z = (
        t ** (1 / 3) if (t := value / top) > 0.008856 else 7.787 * t + 16 / 116
        for value, top in zip(xyz, white, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one: str, other: str, eye: str) -> float:
    seen = [
        lab([sum(f * c for f, c in zip(row, light(colour), strict=True)) for row in SEEN[eye]])
        for colour in (one, other)
    ]
    return sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5


def contrast(colour: str, page: str) -> float:
    weights = (0.2126, 0.7152, 0.0722)
    dark, bright = sorted(sum(f * c for f, c in zip(weights, light(one), strict=True)) for one in (colour, page))
    return (bright + 0.05) / (dark + 0.05)


WORDS = DatasetReader(ROOT / "data").read().settings.statuses
PALETTES = {
    "effects light": {code.value: EFFECT_COLOURS[code][0] for code in EvidenceEffect},
    "effects dark": {code.value: EFFECT_COLOURS[code][1] for code in EvidenceEffect},
    "statuses light": {code.value: word.colour for code, word in WORDS.items()},
    "statuses dark": {code.value: word.dark for code, word in WORDS.items()},
}


@pytest.mark.parametrize("eye", SEEN)
@pytest.mark.parametrize("name", PALETTES)
def test_no_two_colours_of_a_picture_look_alike(name, eye):
    pairs = combinations(PALETTES[name].items(), 2)
    assert [(a, b) for (a, one), (b, other) in pairs if apart(one, other, eye) < APART] == []


@pytest.mark.parametrize("name", PALETTES)
def test_every_colour_stands_out_from_the_page_and_not_assessed_is_the_quietest(name):
    page = "#14181d" if name.endswith("dark") else "#fcfbf8"
    loud = {code: contrast(colour, page) for code, colour in PALETTES[name].items()}
    assert min(loud.values()) >= 3
    assert name.startswith("effects") or min(loud, key=loud.get) == "not-assessed"


def test_shapes_and_patterns_tell_the_same_without_any_colour():
    assert len(set(PATTERNS.values())) == len(PATTERNS) == 6
    for kind in (Status, EvidenceEffect):
        assert len({SHAPES[code] for code in kind}) == len(kind)
