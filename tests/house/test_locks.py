"""P-101: every dependency is pinned to a version and hashes, and no lock names an address."""

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import lockfile
from tools.environment import steps

LOCKS = sorted(path.stem for path in lockfile.REQUIREMENTS.glob("*.txt") if path.stem != "constraints")
HASHES = tuple(f"{digit}" * 64 for digit in "ab")
GOOD = (
    f"demo==1.0 \\\n    --hash=sha256:{HASHES[0]} \\\n    --hash=sha256:{HASHES[1]}\n    # via -r base.in\n"
)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_only_pins_hashes_and_comments(name: str) -> None:
    assert lockfile.read(name)


@pytest.mark.parametrize("path", sorted(lockfile.REQUIREMENTS.iterdir()), ids=lambda path: path.name)
def test_no_requirement_file_names_an_address(path: Path) -> None:
    assert not re.search(r"https?:|file:|//|--(extra-)?index|--find-links", path.read_text())


@pytest.mark.parametrize(
    "flaw",
    [
        "demo>=1.0\n",
        "demo\n",
        "demo==1.0\n",
        "demo @ https://example.org/demo.whl \\\n    --hash=sha256:" + HASHES[0],
        "--index-url https://example.org/simple\n" + GOOD,
        GOOD.replace("sha256", "md5"),
        GOOD.replace(HASHES[1], "abc"),
    ],
)
def test_a_flawed_lock_is_refused(flaw: str) -> None:
    assert lockfile.parse(GOOD)[0].hashes == HASHES
    with pytest.raises(lockfile.LockError):
        lockfile.parse(flaw)


def test_a_package_has_one_version_in_all_locks() -> None:
    """Or installing the tests' packages over the demo's would silently change what the product runs on."""
    versions: dict[str, set[str]] = {}
    for pin in lockfile.read("dev"):
        versions.setdefault(pin.name, set()).add(pin.version)
    for lock in ("base", "demo", "heic", "matte", "bench"):
        for pin in lockfile.read(lock):
            known = versions.get(pin.name, {pin.version} if lock == "bench" else set())
            assert pin.version in known, f"{pin.name} {pin.version} in {lock}.txt"


def test_the_lock_holds_everything_that_its_source_asks_for() -> None:
    for lock in ("base", "bench", "demo", "dev", "heic", "matte", "lock"):
        named = {pin.name for pin in lockfile.read(lock)}
        assert wanted(lock) <= named, f"run `make lock`: {wanted(lock) - named}"


def wanted(lock: str) -> set[str]:
    """Names in requirements/<lock>.in and in the files it includes, spelled as pip normalises them."""
    names: set[str] = set()
    for line in (lockfile.REQUIREMENTS / f"{lock}.in").read_text().splitlines():
        if line.startswith("-r "):
            names |= wanted(line[3:].strip().removesuffix(".in"))
        elif name := re.match(r"[A-Za-z0-9._-]+", line):
            names.add(re.sub(r"[-_.]+", "-", name[0]).lower())
    return names


def test_torch_is_in_no_lock() -> None:
    heavy = {"torch", "triton", "diffusers", "mediapipe"}
    assert not heavy & {pin.name for lock in LOCKS for pin in lockfile.read(lock)}


def test_what_the_studio_is_measured_against_is_in_the_bench_alone() -> None:
    peers = {"dlib-bin", "pymatting", "numba"}
    assert peers <= {pin.name for pin in lockfile.read("bench")}
    assert not peers & {pin.name for lock in LOCKS if lock != "bench" for pin in lockfile.read(lock)}


def test_the_environment_is_made_again_when_a_lock_changes(tmp_path: Path) -> None:
    """Its stamp depends on the lock, the project file, the Python and the folder."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "requirements").mkdir()
    source = lockfile.ROOT / "tools" / "environment.py"
    (tmp_path / "tools" / "environment.py").write_text(source.read_text())
    ask = f"import sys; sys.path.insert(0, {str(tmp_path / 'tools')!r}); import environment as e; "
    ask += "print(e.fingerprint('demo'))"

    def fingerprint() -> str:
        return subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout

    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "requirements" / "demo.txt").write_text("a")
    first = fingerprint()
    assert fingerprint() == first
    (tmp_path / "requirements" / "demo.txt").write_text("b")
    assert fingerprint() != first


@pytest.mark.slow
def test_a_newer_release_of_a_package_with_extras_stops_no_installation(tmp_path: Path) -> None:
    """`plugin` asks for `base[more]`, the lock pins base 1.0, and the index has 2.0 since yesterday. Asked of
    the pip that came with this Python, as in a fresh clone."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    index, lock = tmp_path / "index", "plugin==1.0 {plugin}\nbase==1.0 {base}\n"
    extra = "Provides-Extra: more\n"
    for name, version, head in (("base", "1.0", extra), ("base", "2.0", extra), ("plugin", "1.0", NEEDS)):
        wheel(index, name, version, head)
    wheels = {name: (index / f"{name}-1.0-py3-none-any.whl").read_bytes() for name in ("base", "plugin")}
    hashes = {name: f"--hash=sha256:{hashlib.sha256(data).hexdigest()}" for name, data in wheels.items()}
    (tmp_path / "demo.txt").write_text(lock.format(**hashes))
    step = [str(tmp_path / "demo.txt") if word.endswith("demo.txt") else word for word in steps("demo")[0]]
    pip = [
        str(tmp_path / "venv" / "bin" / "python"),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--isolated",
    ]
    ran = subprocess.run(
        [*pip, *step, "--no-index", "--find-links", str(index)], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    frozen = subprocess.run([*pip, "freeze"], capture_output=True, text=True, check=True).stdout
    assert frozen.split() == ["base==1.0", "plugin==1.0"]


NEEDS = "Requires-Dist: base[more]>=1\n"


def wheel(index: Path, name: str, version: str, head: str) -> None:
    index.mkdir(exist_ok=True)
    info = f"{name}-{version}.dist-info"
    files = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{head}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(index / f"{name}-{version}-py3-none-any.whl", "w") as packed:
        for path, text in files.items():
            packed.writestr(path, text)
