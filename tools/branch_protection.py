"""Report the true state of branch protection where this clone comes from (`make protection`, R-109).

Exit status: 0 protected, 1 not protected, 2 unknown. Unknown is never reported as protected: no remote, a
remote that is a folder, a forge we do not know, no `gh` program, no right to ask.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from tools.lockfile import ROOT

GITHUB = re.compile(r"^(?:https://|ssh://)?(?:[^@/]+@)?github\.com[:/](?P<name>[^/]+/[^/]+?)(?:\.git)?/?$")


@dataclass(frozen=True)
class State:
    verdict: str  # "protected", "not protected" or "unknown"
    why: str

    @property
    def status(self) -> int:
        return {"protected": 0, "not protected": 1}.get(self.verdict, 2)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def remote(name: str = "origin") -> str:
    """The address of a remote, "" when there is none."""
    return run("git", "remote", "get-url", name).stdout.strip()


def required(rules: list[dict[str, Any]], classic: dict[str, Any]) -> set[str]:
    """What a branch requires, by both mechanisms of the forge: rule sets, and branch protection."""
    return {rule["type"] for rule in rules} | {
        name
        for name, key in (
            ("pull_request", "required_pull_request_reviews"),
            ("required_status_checks", "required_status_checks"),
        )
        if classic.get(key)
    }


def judge(found: set[str], branch: str) -> State:
    """Reviews and checks must both be required."""
    wanted = {"pull_request": "a review before merging", "required_status_checks": "passing checks"}
    missing = [words for kind, words in wanted.items() if kind not in found]
    if missing:
        return State("not protected", f"{branch} does not require {' nor '.join(missing)}")
    return State("protected", f"{branch} requires {' and '.join(wanted.values())}")


def state(address: str, branch: str = "main") -> State:
    if not address:
        return State("unknown", "this clone has no remote named origin")
    repository = GITHUB.match(address)
    if not repository:
        return State(
            "unknown", "origin is not on a forge whose rules this command can read; look there yourself"
        )
    if not shutil.which("gh"):
        return State("unknown", "the program `gh` is not installed, and nothing else may ask in your name")
    place = f"repos/{repository['name']}"
    asked = run("gh", "api", f"{place}/rules/branches/{branch}")
    if asked.returncode:
        reason = (asked.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        return State("unknown", f"the forge did not answer: {reason}")
    # Readable by administrators only; without that right the rule sets alone must be enough.
    classic = run("gh", "api", f"{place}/branches/{branch}/protection")
    return judge(
        required(json.loads(asked.stdout), json.loads(classic.stdout) if not classic.returncode else {}),
        branch,
    )


def main() -> int:
    found = state(remote())
    print(f"{found.verdict}: {found.why}")
    return found.status


if __name__ == "__main__":
    sys.exit(main())
