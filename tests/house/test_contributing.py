"""P-108: each recipe of CONTRIBUTING, followed to the letter in a copy of the tree."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tools.lockfile import ROOT

pytestmark = pytest.mark.slow
PHOTO = "import skimage.data as d, cv2; photo = cv2.imencode('.jpg', d.astronaut()[..., ::-1])[1].tobytes()\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the product that may be changed, nets included."""
    shutil.copytree(ROOT / "faceproof", tmp_path / "faceproof", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def run(tree: Path, source: str) -> str:
    """What a new process prints that finds the copy, not this folder: the current folder comes first."""
    with tempfile.TemporaryDirectory(prefix="fp-") as home:
        environment = {**os.environ, "FACEPROOF_HOME": home, "DJANGO_SETTINGS_MODULE": "faceproof.settings"}
        command = [sys.executable, "-c", f"import faceproof; print(faceproof.__file__)\n{source}"]
        ran = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    where, _, said = ran.stdout.partition("\n")
    assert where.startswith(str(tree))
    return said


def add_line(path: Path, after: str, line: str) -> None:
    """Put `line` behind the first line that begins with `after`: the one edit a recipe allows."""
    text = path.read_text()
    found = re.search(rf"^{re.escape(after)}.*\n", text, flags=re.MULTILINE)
    assert found, f"{path.name} has no line that begins with {after!r}"
    path.write_text(text[: found.end()] + line + "\n" + text[found.end() :])


def test_a_style_is_one_file(tree: Path) -> None:
    styles = tree / "faceproof" / "styles"
    text = (styles / "studio-grey.toml").read_text()
    (styles / "harbour.toml").write_text(
        text.replace("Studio grey", "Harbour").replace("Gris studio", "Port")
    )
    assert (
        run(tree, "from faceproof import styles; print(styles.get('harbour').label['en'])").strip()
        == "Harbour"
    )


def test_a_format_is_one_file(tree: Path) -> None:
    formats = tree / "faceproof" / "formats"
    text = (formats / "linkedin.toml").read_text()
    (formats / "poster.toml").write_text(re.sub(r"(?m)^(width|height) = \d+", r"\1 = 640", text))
    assert run(tree, "from faceproof import formats; print(formats.get('poster').width)").strip() == "640"


def test_an_engine_is_one_module_and_its_line(tree: Path) -> None:
    engines = tree / "faceproof" / "engines"
    (engines / "mirror.py").write_text(
        "class Mirror:\n    address = 'mirror:'\n"
        "    def develop(self, brief, progress=None):\n        return iter(())\n"
        "def build(rest):\n    return Mirror()\n"
    )
    add_line(engines / "__init__.py", '    "studio":', '    "mirror": "faceproof.engines.mirror",')
    assert (
        run(tree, "from faceproof import engines; print(engines.get('mirror:').address)").strip() == "mirror:"
    )


def test_a_studio_stage_is_one_file_and_its_row(tree: Path) -> None:
    studio = tree / "faceproof" / "engines" / "studio"
    (studio / "tint.py").write_text("def tint(picture):\n    return picture * 0\n")
    stages = studio / "stages.py"
    stages.write_text(stages.read_text().replace("\nFRONT = [", "\nfrom . import tint\n\nFRONT = [", 1))
    add_line(stages, '    Stage("grade"', '    Stage("tint", tint.tint, ("finished",), ("finished",)),')
    source = PHOTO + (
        "from faceproof import engines, intake, styles\n"
        "verdict = intake.examine(intake.admit(photo))\n"
        "brief = engines.Brief(verdict.frame, verdict.face, (styles.get('studio-grey'),))\n"
        "print(max(master.pixels.max() for master in engines.get('studio:').develop(brief)))\n"
    )
    assert int(run(tree, source)) == 0


def test_an_upload_check_is_one_file_and_its_line(tree: Path) -> None:
    checks = tree / "faceproof" / "intake" / "checks"
    (checks / "monday.py").write_text(
        "from faceproof.intake.verdict import Finding\n\n"
        "def check(view):\n    yield Finding('monday', 'warn', float(view.face is not None))\n"
    )
    init = checks / "__init__.py"
    add_line(init, "    person.check", "    monday.check,")
    init.write_text(init.read_text().replace("    exposure,\n", "    exposure,\n    monday,\n", 1))
    source = PHOTO + (
        "from faceproof import intake\n"
        "print([finding.code for finding in intake.examine(intake.admit(photo)).findings])\n"
    )
    assert "monday" in run(tree, source)


def test_a_page_is_two_files_and_its_line(tree: Path) -> None:
    pages = tree / "faceproof" / "web" / "pages"
    (pages / "hello.py").write_text(
        "from django.shortcuts import render\n\n"
        "def show(request):\n    return render(request, 'pages/hello.html')\n"
    )
    (pages / "hello.html").write_text("<p>Hello from a new page.</p>\n")
    init = pages / "__init__.py"
    add_line(init, '    Page("home"', '    Page("hello", "hello/", hello.show, "anyone"),')
    init.write_text(init.read_text().replace("    healthz,\n", "    healthz,\n    hello,\n", 1))
    source = (
        "import django; django.setup()\n"
        "from django.urls import resolve\n"
        "from django.template.loader import get_template\n"
        "print(resolve('/hello/').url_name, get_template('pages/hello.html').render())\n"
    )
    assert "hello <p>Hello from a new page.</p>" in run(tree, source)
