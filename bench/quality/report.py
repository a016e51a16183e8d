"""The measured tables, and their place in docs/quality.md between two markers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- measured: written by `make bench-studio` -->", "<!-- end of what is measured -->"


def table(
    rows: Mapping[str, Mapping[str, float]], title: str, heads: Mapping[str, str], digits: int = 2
) -> str:
    """Markdown: a line a row, a column a head (key of the value → what stands above it)."""
    lines = [f"| {title} | {' | '.join(heads.values())} |", "|---|" + "---|" * len(heads)]
    for name, row in rows.items():
        values = [f"{row[key]:.{digits}f}" if key in row else "–" for key in heads]
        lines.append(f"| {name} | {' | '.join(values)} |")
    return "\n".join(lines)


def put(page: Path, measured: str) -> None:
    """Replace what stands between the markers. Raises ValueError where they are missing."""
    text = page.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"{page} lacks its markers")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n\n{measured.strip()}\n\n{END}{after}", encoding="utf-8")


def licences(folder: Path) -> str:
    """The photos of the manifest by licence, as it states them."""
    import csv

    counted: dict[str, int] = {}
    with (folder / "manifest.csv").open(newline="") as manifest:
        for row in csv.DictReader(manifest):
            counted[row["licence"]] = counted.get(row["licence"], 0) + 1
    return "; ".join(f"{count} × {licence}" for licence, count in counted.items())


def verdicts(rows: list[dict[str, Any]]) -> str:
    agreed = sum(row["agrees"] for row in rows)
    lines = [f"{agreed} of {len(rows)} photos are judged as the manifest says (borderline may be either)."]
    for row in rows:
        if not row["agrees"]:
            codes = ", ".join(row["codes"]) or "nothing found"
            lines.append(f"- {row['photo']}: expected {row['expected']}, said {row['said']} ({codes})")
    return "\n".join(lines)
