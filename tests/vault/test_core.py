"""What makes the vault a core to audit: small, and with nothing of the house around it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import faceproof.vault

FILES = sorted(Path(faceproof.vault.__file__).parent.glob("*.py"))
ALLOWED = set(sys.stdlib_module_names) | {"tink", "cryptography"}


# P-020
def test_it_has_fewer_than_800_lines() -> None:
    assert sum(len(path.read_text().splitlines()) for path in FILES) < 800


# P-020
def test_it_imports_the_standard_library_tink_and_cryptography_only() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] in ALLOWED or name.startswith("faceproof.vault"), (path.name, name)


def test_it_works_without_django() -> None:
    code = (
        "import sys; sys.modules['django'] = None\n"
        "from faceproof.vault import envelope, erasure, keyfile, keys\n"
        "from uuid import uuid4\n"
        "key = keys.new_key(1, 2, 'audit'); where = envelope.Context(1, 2, 'audit', uuid4())\n"
        "assert envelope.open_sealed(envelope.seal(b'x', key, where), key, where) == b'x'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
