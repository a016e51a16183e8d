"""Find insecure patterns in the product's source with bandit; planted ones must be found first."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.lockfile import ROOT

# One line each, and the bandit test that must see it.
PLANTED = {
    "B602": "import subprocess\nsubprocess.call('ls ' + input(), shell=True)\n",
    "B301": "import pickle\npickle.loads(open('x', 'rb').read())\n",
    "B307": "eval(input())\n",
    "B324": "import hashlib\nhashlib.md5(b'')\n",
}


def bandit(*targets: Path) -> list[tuple[str, str]]:
    """(test id, sentence) of every finding of at least medium severity and confidence."""
    command = [sys.executable, "-m", "bandit", "--quiet", "--format", "json", "-ll", "-ii", "--recursive"]
    command += ["--configfile", str(ROOT / "pyproject.toml"), *map(str, targets)]
    ran = subprocess.run(command, capture_output=True, text=True)
    report = json.loads(ran.stdout)
    unread = [("unread", f"{error['filename']}: {error['reason']}") for error in report["errors"]]
    return unread + [
        (found["test_id"], "{filename}:{line_number}: {test_id} {issue_text}".format(**found))
        for found in report["results"]
    ]


def misses() -> list[str]:
    """The planted patterns that are not found; empty when the scanner works."""
    with tempfile.TemporaryDirectory() as folder:
        for test, source in PLANTED.items():
            (Path(folder) / f"{test.lower()}.py").write_text(source)
        seen = {test for test, _ in bandit(Path(folder))}
    return sorted(set(PLANTED) - seen)


def problems() -> list[str]:
    blind = [f"the scanner no longer finds the planted pattern {test}" for test in misses()]
    return blind or [sentence for _, sentence in bandit(ROOT / "faceproof", ROOT / "tools")]
