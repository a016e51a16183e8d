"""Without a photo to work on, or with a finished one: marked like everything, analysed by nothing."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faceproof import darkroom, formats, marking
from faceproof.engines import Master
from faceproof.intake import IntakeError
from faceproof.marking import Signer, authority

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    folder: Path = tmp_path_factory.mktemp("pki")
    authority.create_authority(folder, "Acme")
    return authority.load_signer(folder)


def test_an_own_picture_is_cut_marked_and_otherwise_left_alone(hopper: bytes, signer: Signer) -> None:
    made = darkroom.plain(hopper, "image/jpeg", (0.5, 0.0, 0.8), NOW, signer)
    assert (made.engine, made.style) == ("plain:1", "own-photo")
    marks = marking.read_back(made.rendition.data, root_pem=signer.root_pem)
    assert marks.c2pa_valid
    assert marks.signer_trusted
    assert marks.digital_source_type == "humanEdits"
    assert "Nothing in it was edited with AI" in marks.xmp["dc:description"]
    assert "c2pa.enhanced" not in marks.actions
    assert not [action for action in marks.actions if action == "c2pa.edited"]
    photo = np.asarray(Image.open(io.BytesIO(hopper)).convert("RGB"))
    side = round(0.8 * 512)
    x = round(0.5 * (512 - side))
    shown = np.asarray(Image.open(io.BytesIO(made.rendition.data)))
    assert np.abs(shown.astype(int) - photo[:side, x : x + side]).mean() < 3
    assert made.largest["preview"] == (side, side)
    cv = formats.get("cv")
    assert made.largest["cv"] == (int(side * cv.aspect), side)


def test_its_camera_data_are_gone(signer: Signer) -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Leaky Camera"
    Image.new("RGB", (200, 200), (90, 120, 150)).save(out, "JPEG", exif=exif)
    assert b"Leaky" in out.getvalue()
    made = darkroom.plain(out.getvalue(), None, (0, 0, 1), NOW, signer)
    assert b"Leaky" not in made.rendition.data
    assert b"Leaky" not in made.master


def test_what_is_no_picture_is_refused(signer: Signer) -> None:
    with pytest.raises(IntakeError):
        darkroom.plain(b"not a picture" * 20, "image/jpeg", (0, 0, 1), NOW, signer)


def test_our_own_marked_picture_stays_what_it_was(hopper: bytes, signer: Signer) -> None:
    from faceproof.darkroom import Order, Proof

    order = Order(hopper, NOW, styles=("studio-grey",))
    first = next(event for event in darkroom.develop(order, signer) if isinstance(event, Proof))
    again = darkroom.plain(first.rendition.data, "image/jpeg", (0, 0, 1), NOW, signer)
    assert again.source_type == first.source_type == "composite"


def test_initials_are_marked_as_drawn_and_come_in_every_format(signer: Signer) -> None:
    made = darkroom.initials("ÉM", (230, 97, 0), NOW, signer)
    assert (made.engine, made.style) == ("initials:1", "initials")
    marks = marking.read_back(made.rendition.data, root_pem=signer.root_pem)
    assert marks.digital_source_type == "algorithmicMedia"
    assert marks.actions[0] == "c2pa.created"
    master = Master.from_bytes(made.master)
    for fmt in formats.offered():
        export = darkroom.export(master, fmt, signer, NOW)
        assert [export.width, export.height] == list(made.largest[fmt.name])


def test_no_net_is_loaded_for_either(hopper: bytes, tmp_path: Path, signer: Signer) -> None:
    """In a process of its own, so that nothing was loaded before."""
    (tmp_path / "photo.jpg").write_bytes(hopper)
    program = f"""
import sys
from datetime import UTC, datetime
from pathlib import Path
from faceproof import darkroom
from faceproof.imaging import nets
from faceproof.marking import authority
def never(*_, **__):
    raise SystemExit("a net was asked for")
for name in [n for n in dir(nets) if callable(getattr(nets, n)) and n.islower()]:
    setattr(nets, name, never)
folder = Path({str(tmp_path)!r})
authority.create_authority(folder / "pki", "Acme")
signer = authority.load_signer(folder / "pki")
now = datetime.now(UTC)
darkroom.plain((folder / "photo.jpg").read_bytes(), None, (0, 0, 1), now, signer)
darkroom.initials("AB", (1, 2, 3), now, signer)
runtimes = ("tflite_runtime", "ai_edge_litert", "onnxruntime", "tensorflow")
loaded = [name for name in sys.modules if name.split(".")[0] in runtimes]
raise SystemExit(f"loaded {{loaded}}" if loaded else 0)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
