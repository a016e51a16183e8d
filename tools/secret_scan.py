"""Find secrets in the files that git knows (R-108). Nothing is trusted: a planted secret must be found first.

A false finding is silenced on its own line with `pragma: allowlist secret`, so that a reviewer sees it.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from detect_secrets.core import scan
from detect_secrets.settings import transient_settings

from tools.lockfile import ROOT

DETECTORS = (
    "ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector",
    "CloudantDetector", "DiscordBotTokenDetector", "GitHubTokenDetector", "GitLabTokenDetector",
    "IbmCloudIamDetector", "JwtTokenDetector", "MailchimpDetector", "NpmDetector", "OpenAIDetector",
    "PrivateKeyDetector", "PypiTokenDetector", "SendGridDetector", "SlackDetector",
    "SquareOAuthDetector", "StripeDetector", "TelegramBotTokenDetector", "TwilioKeyDetector",
    "KeywordDetector",
)  # fmt: skip
SETTINGS = {
    "plugins_used": [{"name": name} for name in DETECTORS],
    "filters_used": [
        {"path": "detect_secrets.filters.allowlist.is_line_allowlisted"},
        {"path": "detect_secrets.filters.heuristic.is_indirect_reference"},
        {"path": "detect_secrets.filters.heuristic.is_not_alphanumeric_string"},
        {"path": "detect_secrets.filters.heuristic.is_templated_secret"},
    ],
}
# People of the tests and benches have invented passwords; only recognisable tokens and keys count there.
INVENTED = ("tests/", "bench/")
# Values beside a word like "password" that are names or examples, not secrets.
NAMES = {"password", "scram-sha-256", "Apache-2.0", "choose-one", "choose-another"}
# Hosts that RFC 2606 reserves for examples: nothing answers there.
EXAMPLE_HOST = re.compile(r"@(?:[\w-]+\.)*example\.(?:com|net|org)(?![\w.-])")


def is_harmless(name: str, kind: str, value: str | None, line: str) -> bool:
    """Whether a finding is an invented password, a name, an example's address, or a key merely spoken of."""
    if kind == "Secret Keyword":
        return name.startswith(INVENTED) or value in NAMES
    if kind == "Basic Auth Credentials":
        return value in NAMES or bool(EXAMPLE_HOST.search(line))
    return kind == "Private Key" and "-----BEGIN" not in line


def findings(paths: Iterable[Path], root: Path = ROOT) -> list[str]:
    """`path:line: kind` of each secret; the secret itself is never printed."""
    found = []
    with transient_settings(SETTINGS):
        for path in paths:
            name = path.relative_to(root).as_posix()
            lines: list[str] = []
            for secret in scan.scan_file(str(path)):
                lines = lines or path.read_text(errors="replace").splitlines()
                if not is_harmless(name, secret.type, secret.secret_value, lines[secret.line_number - 1]):
                    found.append(f"{name}:{secret.line_number}: {secret.type}")
    return sorted(found)


def known_files() -> list[Path]:
    """What git tracks, or would at the next `git add`; symbolic links point at one of these."""
    # CI may check out as another user than it runs as; git then wants to be told that this is meant.
    git = [
        "git",
        "-c",
        f"safe.directory={ROOT}",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def planted() -> dict[str, str]:
    """Secrets put together here, so that this file holds none; file name → text."""
    return {
        "settings.py": 'AWS = "' + "AKIA" + "Z7Q4" * 4 + '"\n',
        "deploy.pem": "-----BEGIN " + "RSA PRIVATE KEY-----\n" + "MIIEow\n",
        "client.py": "smtp_" + 'password = "' + "tr0ub4dor-and-3" + '"\n',
    }


def misses() -> list[str]:
    """The planted secrets that a scan of a temporary folder does not find; empty when the scanner works."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in planted().items():
            (root / name).write_text(text)
        seen = {line.split(":")[0] for line in findings(sorted(root.iterdir()), root)}
    return sorted(set(planted()) - seen)


def problems() -> list[str]:
    blind = [f"the scanner no longer finds the secret planted in {name}" for name in misses()]
    return blind or findings(known_files())
