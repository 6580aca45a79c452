"""Draw ``docs/flow.svg``: the way of one report, for the README and docs/flow.md."""

from __future__ import annotations

from pathlib import Path

STEPS = [
    ("handed in", "public site", "sealed, a code at once"),
    ("queue", "worker", "known already?"),
    ("assessed", "desk", "in codes, second look"),
    ("decided", "desk", "by a person"),
    ("notified", "worker", "one letter a contact"),
    ("re-checked", "worker", "until gone, then watched"),
    ("closed", "ledger", "every step one line"),
    ("told back", "public site", "only the code opens it"),
]
WIDTH, GAP, HEIGHT, PER_ROW = 210, 34, 96, 4
STYLE = """
  svg { font-family: system-ui, "Noto Sans", sans-serif; }
  .box { fill: #ffffff; stroke: #1f4e5f; stroke-width: 1.5; }
  .what { font-size: 19px; font-weight: 600; fill: #14303b; }
  .where { font-size: 14px; fill: #1f4e5f; }
  .how { font-size: 14px; fill: #44545c; }
  .way { stroke: #1f4e5f; stroke-width: 2; fill: none; marker-end: url(#tip); }
  @media (prefers-color-scheme: dark) {
    .box { fill: #16232a; stroke: #7fb4c6; } .what { fill: #eef5f7; }
    .where { fill: #9cc9d8; } .how { fill: #c3d0d6; } .way { stroke: #7fb4c6; } .tip { fill: #7fb4c6; }
  }"""


def place(number: int) -> tuple[int, int]:
    """Return the corner of a step's box; the second row runs back from right to left."""
    row, column = divmod(number, PER_ROW)
    if row % 2:
        column = PER_ROW - 1 - column
    return 10 + column * (WIDTH + GAP), 10 + row * (HEIGHT + 50)


def way(number: int) -> str:
    """Return the arrow from a step to the next."""
    (x, y), (to_x, to_y) = place(number), place(number + 1)
    if y == to_y and to_x > x:
        return f"M{x + WIDTH} {y + HEIGHT // 2}H{to_x - 8}"
    if y == to_y:
        return f"M{x} {y + HEIGHT // 2}H{to_x + WIDTH + 8}"
    return f"M{x + WIDTH // 2} {y + HEIGHT}V{to_y - 8}"


def draw() -> str:
    """Return the picture as SVG."""
    rows = -(-len(STEPS) // PER_ROW)
    width, height = 20 + PER_ROW * WIDTH + (PER_ROW - 1) * GAP, 20 + rows * HEIGHT + (rows - 1) * 50
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' role="img" aria-labelledby="t">',
        '<title id="t">The way of one report: ' + ", ".join(step[0] for step in STEPS) + "</title>",
        f"<style>{STYLE}\n</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" '
        'markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="tip" d="M0 0L8 4L0 8z" fill="#1f4e5f"/></marker></defs>',
    ]
    for number, (what, where, how) in enumerate(STEPS):
        x, y = place(number)
        parts.append(f'<rect class="box" x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="10"/>')
        for offset, kind, text in ((32, "what", what), (56, "where", where), (80, "how", how)):
            parts.append(f'<text class="{kind}" x="{x + 16}" y="{y + offset}">{text}</text>')
        if number + 1 < len(STEPS):
            parts.append(f'<path class="way" d="{way(number)}"/>')
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    (Path(__file__).resolve().parent.parent / "docs" / "flow.svg").write_text(draw(), encoding="utf-8")
