"""Quality of the studio engine: mattes, geometry, likeness, skin, verdicts, and pictures to look at.

    .venv/bin/python bench/studio_quality.py [PART…] [--quick] [--pictures DIR] [--document] [--json FILE]

Parts: speed, matte, solvers, framing, likeness, skin, gate, sheets; without one, all. `matte --quick` is the
loop while one works on edges. `make bench-studio` runs everything with the peers and dlib (requirements/
bench.txt) and writes the tables into docs/quality.md; without them it says what it left out. The portraits
lie in ../shared.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import intake_checks
from _house import ROOT, SHARED, parser, write
from quality import drift, framing, gate, likeness, matte, peers, people, report, scenes, second, sheets
from quality.cutting import CONTENDERS

from faceproof import styles
from faceproof.engines import EngineError

PORTRAITS = SHARED / "portraits"
PAGE = ROOT / "docs" / "quality.md"
BUILD = ROOT / "build" / "bench"
NETS = BUILD / "nets"
KEPT = BUILD / "quality"
"""The tables of each part as last measured, so that parts may run apart."""
Result = tuple[Any, str]
"""Figures for the file, Markdown for the page."""


def speed(options: Any) -> Result:
    """bench/studio.py, two rounds, in a process of its own."""
    file = BUILD / "studio.json"
    command = [sys.executable, str(ROOT / "bench" / "studio.py"), "--rounds", "2", "--json", str(file)]
    subprocess.run(command, check=True)
    found = json.loads(file.read_text(encoding="utf-8"))["figures"]
    rows = {name: {"ms": value} for name, value in found["stages_ms"].items()}
    rows |= {f"**{name}**": {"ms": found[name]} for name in ("total", "floor", "further style")}
    told = f"The total is {found['ratio']:.1f} times the floor; peak memory {found['peak_mib']:.0f} MiB."
    return found, report.table(rows, f"{found['counted']} photos, medians", {"ms": "ms"}, 1) + f"\n\n{told}"


def mattes(options: Any) -> Result:
    recipes = tuple(scenes.RECIPES[i] for i in scenes.QUICK) if options.quick else scenes.RECIPES
    contenders = CONTENDERS | {"GrabCut (OpenCV)": peers.grabcut}
    rows = []
    for row in matte.measured(recipes, PORTRAITS, BUILD / "truths", contenders, options.pictures):
        rows.append(row)
        if row["contender"] == "Faceproof":
            errors = " ".join(f"{c} {row[f'error_{c}']:6.2f}" for c in matte.COLUMNS)
            print(f"{row['photo']:44} {errors}  confidence {row['confidence']:.2f}", flush=True)
    own = [row for row in rows if row["contender"] == "Faceproof"]
    tables = [matte.table(matte.means(rows), f"{len(recipes)} photos")]
    tables += [
        matte.table(matte.means(own, key), f"Faceproof by {key} of hair") for key in ("kind", "colour")
    ]
    return rows, "\n\n".join(tables)


def solvers(options: Any) -> Result:
    """The slow peers, on four photos."""
    contenders = {"Faceproof": CONTENDERS["Faceproof"], **peers.contenders()}
    if len(contenders) == 2:
        return None, "Not measured: pymatting is not installed (`make bench-studio` brings it)."
    recipes = tuple(scenes.RECIPES[i] for i in scenes.SLOW)
    rows = []
    for row in matte.measured(recipes, PORTRAITS, BUILD / "truths", contenders):
        rows.append(row)
        print(
            f"{row['photo']:44} {row['contender']:18} SAD {row['error_sad']:6.2f} {row['ms']:8.0f} ms",
            flush=True,
        )
    return rows, matte.table(matte.means(rows), f"{len(recipes)} photos")


def seconds_eyes() -> second.Second | None:
    found = second.eyes(NETS)
    if found is None:
        print("left out: dlib or its nets are not installed (`make bench-studio` brings them)")
    return found


def frames(options: Any) -> Result:
    if (eyes := seconds_eyes()) is None:
        return None, "Not measured: dlib is not installed."
    rows = []
    for portrait in people.of_people(PORTRAITS):
        try:
            master = next(portrait.masters())
        except EngineError as error:
            print(f"framing: {portrait.name}: {error.code}", flush=True)
            continue
        rows += framing.of(portrait, master, eyes)
        print(f"framing: {portrait.name}", flush=True)
    heads = {"median": "median", "p95": "95 %", "pictures": "pictures"}
    shown = {
        name: {key: value * (1 if key == "pictures" else 100) for key, value in row.items()}
        for name, row in framing.summed_up(rows).items()
    }
    return rows, report.table(shown, "% of the picture's height", heads)


def faces(options: Any) -> Result:
    if (eyes := seconds_eyes()) is None:
        return None, "Not measured: dlib is not installed."
    rows = []
    for portrait in people.of_people(PORTRAITS):
        try:
            rows.append(likeness.of(portrait, eyes))
        except EngineError as error:
            print(f"likeness: {portrait.name}: {error.code}", flush=True)
            continue
        print(f"likeness: {portrait.name} { ({k: round(v, 3) for k, v in rows[-1].items()}) }", flush=True)
    heads = {"median": "median", "p95": "95 %", "largest": "largest"}
    summary = likeness.summed_up([row for row in rows if row])
    return rows, report.table(summary, "distance from the plain crop", heads, 3)


def skins(options: Any) -> Result:
    rows = []
    for portrait in people.of_people(PORTRAITS):
        rows += drift.of(portrait)
        print(f"skin: {portrait.name}, L* {portrait.lightness:.0f}", flush=True)
    summary = drift.summed_up(rows)
    colour = {
        "untouched": "ΔE00 outside corrections",
        "untouched_worst": "worst person",
        "delivered": "ΔE00 delivered",
        "delta_l": "ΔL*",
        "delta_l_most": "most lightened",
        "refused": "another photo asked for",
        **{tool: tool for tool in drift.ENHANCERS},
    }
    tones = {
        "untouched_with_lightness": "ρ of ΔE00 outside corrections",
        "delivered_with_lightness": "ρ of ΔE00 delivered",
        "delta_l_with_lightness": "ρ of ΔL*",
        "delivered_darker_minus_lighter": "ΔE00 delivered, darker − lighter half",
        "accepted": "accepted",
        "accepted_with_lightness": "ρ of acceptance",
        "accepted_darker_minus_lighter": "accepted, darker − lighter half",
    }
    return rows, (
        report.table(summary, "damage (medians)", colour)
        + "\n\n"
        + report.table(summary, "against the skin's L* (Spearman's ρ)", tones)
    )


def doors(options: Any) -> Result:
    portraits = people.all_of(PORTRAITS)
    rows = gate.agreement(portraits)
    damaged = gate.damaged(portraits, intake_checks.DAMAGE, intake_checks.outcome)
    keys = ("refused", "warned", "passed", "refused otherwise")
    lines = [
        "| damage | expected | refused | warned | passed | refused for another reason |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in damaged.items():
        counts = " | ".join(str(row.get(key, 0)) for key in keys)
        lines.append(f"| {name} | {row['expected'] or '–'} | {counts} |")
    return {"manifest": rows, "damaged": damaged}, report.verdicts(rows) + "\n\n" + "\n".join(lines)


def pages(options: Any) -> Result:
    rows = []
    for portrait in people.of_people(PORTRAITS):
        try:
            rows.append(sheets.of(portrait, BUILD / "sheets"))
        except EngineError as error:
            print(f"sheets: {portrait.name}: {error.code}", flush=True)
            continue
        print(f"sheets: {portrait.name}", flush=True)
    file = sheets.page(rows, BUILD / "sheets")
    where = f"`{file.relative_to(ROOT)}`, `looks/` at 100 % and `hair/` at 200 % beside it"
    return {"portraits": len(rows)}, f"{len(rows)} portraits in {len(styles.all_styles())} looks: {where}."


PARTS: dict[str, tuple[str, Callable[[Any], Result]]] = {
    "speed": ("Time", speed),
    "matte": ("Mattes against the truth", mattes),
    "solvers": ("Slow matting solvers on the same mask", solvers),
    "framing": ("Eye line and head height, measured by dlib", frames),
    "likeness": ("Likeness, dlib's identity net", faces),
    "skin": ("Skin", skins),
    "gate": ("Verdicts of the door", doors),
    "sheets": ("Pictures to look at", pages),
}


def main() -> None:
    options = parser(__doc__)
    options.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    options.add_argument("--quick", action="store_true", help="ten made photos instead of all")
    options.add_argument("--pictures", type=Path, metavar="DIR", help="mattes side by side at 200 %%")
    options.add_argument(
        "--document", action="store_true", help="write the last tables of every part into docs/quality.md"
    )
    chosen = options.parse_args()
    if unknown := set(chosen.parts) - set(PARTS):
        options.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    cv2.setNumThreads(1)
    if not PORTRAITS.is_dir():
        print(f"not measured: there are no portraits in {PORTRAITS}")
        return
    figures = {}
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    for name in chosen.parts or PARTS:
        title, measure = PARTS[name]
        print(f"== {title}", flush=True)
        figures[name], found = measure(chosen)
        print(f"\n{found}\n", flush=True)
        when = f"{datetime.now(UTC):%d %B %Y}, {machine}, load {os.getloadavg()[0]:.0f}"
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / f"{name}.md").write_text(f"### {title}\n\n{found}\n\n{when}.\n", encoding="utf-8")
    if chosen.document:
        text = [(KEPT / f"{name}.md").read_text() for name in PARTS if (KEPT / f"{name}.md").exists()]
        report.put(PAGE, f"Photos: {report.licences(PORTRAITS)}.\n\n" + "\n".join(text))
    write(chosen.json, "studio_quality", figures)


if __name__ == "__main__":
    main()
