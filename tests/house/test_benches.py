"""The benches measure and never judge: one option for the figures, a page that lists them all."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.lockfile import ROOT

BENCHES = sorted(path for path in (ROOT / "bench").glob("[!_]*.py"))
PAGE = (ROOT / "docs" / "benchmarks.md").read_text()


@pytest.mark.parametrize("bench", BENCHES, ids=lambda path: path.stem)
def test_every_bench_writes_its_figures_where_it_is_told(bench: Path) -> None:
    ran = subprocess.run([sys.executable, bench, "--help"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "--json FILE" in ran.stdout


@pytest.mark.parametrize("bench", BENCHES, ids=lambda path: path.stem)
def test_no_bench_fails_because_a_goal_is_missed(bench: Path) -> None:
    source = bench.read_text()
    assert source.endswith('if __name__ == "__main__":\n    main()\n'), "its answer is no exit status"
    assert not re.search(r"sys\.exit|return [01] if", source)


def test_the_page_of_benchmarks_names_every_bench_and_no_other() -> None:
    assert set(re.findall(r"`bench/(\w+)\.py`", PAGE)) == {path.stem for path in BENCHES}
