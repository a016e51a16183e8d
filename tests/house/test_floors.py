"""P-102: the plan of the house is a contract: a room imports only from floors below its own."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.lockfile import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product's Python files and of the contract, to plant mistakes in."""
    copy = tmp_path_factory.mktemp("house")
    for source in (ROOT / "faceproof").rglob("*.py"):
        target = copy / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    shutil.copyfile(ROOT / "pyproject.toml", copy / "pyproject.toml")
    return copy


def verdict(house: Path) -> tuple[bool, str]:
    """(kept, what import-linter says)."""
    program = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([program, "--no-logo", "--no-cache"], cwd=house, capture_output=True, text=True)
    return ran.returncode == 0, ran.stdout + ran.stderr


def test_the_house_as_it_stands_keeps_its_contract(house: Path) -> None:
    kept, said = verdict(house)
    assert kept, said


@pytest.mark.parametrize(
    ("where", "line", "complaint"),
    [
        ("faceproof/attic.py", "", "attic"),  # a room nobody listed
        ("faceproof/vault/planted.py", "from faceproof import archive", "vault"),  # upward
        ("faceproof/styles/planted.py", "from faceproof import formats", "styles"),  # sideways
        ("faceproof/marking/planted.py", "import django.conf", "django"),
        ("faceproof/web/planted.py", "def later() -> None:\n    import torch", "torch"),
        ("faceproof/engines/planted.py", "import mediapipe", "mediapipe"),
    ],
)
def test_a_planted_mistake_breaks_the_contract(house: Path, where: str, line: str, complaint: str) -> None:
    planted = house / where
    planted.write_text(line + "\n")
    try:
        kept, said = verdict(house)
    finally:
        planted.unlink()
    assert not kept
    assert complaint in said


# What `imaging` may stand on, beside the standard library and itself (for the vault see tests/vault).
GROUND = {"numpy", "cv2", "PIL", "ai_edge_litert", "pillow_heif", "onnxruntime"}


def foreign_imports(path: Path) -> set[str]:
    """Top-level names of the third-party modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").split(".")[0])
    return names - set(sys.stdlib_module_names) - {"faceproof"}


def test_imaging_stands_on_few_libraries() -> None:
    found = {path: foreign_imports(path) for path in (ROOT / "faceproof" / "imaging").rglob("*.py")}
    assert any("numpy" in names for names in found.values())
    assert {path: names - GROUND for path, names in found.items() if names - GROUND} == {}
