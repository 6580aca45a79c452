"""Promises of the colours: text at 7:1, borders of controls at 3:1, in each of the four settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STYLE = Path(__file__).resolve().parent.parent / "static" / "look"
TEXT = [
    ("ink", "paper"),
    ("ink", "sheet"),
    ("ink-soft", "paper"),
    ("ink-soft", "sheet"),
    ("accent", "paper"),
    ("accent", "sheet"),
    ("on-accent", "accent"),
    ("on-band", "band"),
    ("ink", "accent-wash"),
    ("ink", "good-wash"),
    ("ink", "warn-wash"),
    ("ink", "bad-wash"),
    ("paper", "ink"),
]
LARGE = [
    ("good", "good-wash"),
    ("warn", "warn-wash"),
    ("bad", "bad-wash"),
    ("bad", "sheet"),
    ("bad", "paper"),
]
BORDERS = [("line-strong", "sheet"), ("line-strong", "paper"), ("focus", "paper"), ("focus", "sheet")]


def _settings() -> dict[str, dict[str, str]]:
    blocks = re.split(r"@media ([^{]+)\{", (STYLE / "tokens.css").read_text())
    found = {"light": dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[0]))}
    for condition, block in zip(blocks[1::2], blocks[2::2], strict=True):
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        dark, contrast = "dark" in condition, "contrast" in condition
        name = ("dark" if dark else "light") + (", more contrast" if contrast else "")
        found[name] = {**found["dark" if dark and contrast else "light"], **colours}
    if "dark, more contrast" in found:
        found["dark, more contrast"] = {**found["light, more contrast"], **found["dark, more contrast"]}
    return found


def _light(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_light(one), _light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


SETTINGS = _settings()
CASES = [(pair, 7.0) for pair in TEXT] + [(pair, 4.5) for pair in LARGE] + [(pair, 3.0) for pair in BORDERS]


@pytest.mark.parametrize("setting", list(SETTINGS))
def test_every_pair_of_colours_has_its_contrast(setting: str) -> None:
    colours = SETTINGS[setting]
    weak = {
        f"{front} on {ground}": round(_contrast(colours[front], colours[ground]), 2)
        for (front, ground), least in CASES
        if _contrast(colours[front], colours[ground]) < least
    }
    assert weak == {}


def test_all_four_settings_are_there() -> None:
    assert set(SETTINGS) == {"light", "dark", "light, more contrast", "dark, more contrast"}
    assert SETTINGS["light"]["ink"] != SETTINGS["dark"]["ink"]


def test_no_colour_stands_outside_the_tokens() -> None:
    allowed = {"#fff", "#000", "#222", "#666", "#16202a", "#ffd866"}
    for path in STYLE.glob("*.css"):
        if path.name != "tokens.css":
            assert set(re.findall(r"#[0-9a-f]{3,8}\b", path.read_text())) <= allowed, path.name
