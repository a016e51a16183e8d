"""Two organisations that sign, and one picture of a real face."""

from datetime import UTC, datetime
from pathlib import Path

import matplotlib.cbook
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from faceproof.marking import Facts, Signer
from faceproof.marking.authority import create_authority, load_signer

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return _signer(tmp_path_factory.mktemp("pki"), "Atelier Némo & Söhne <GmbH>")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """Another organisation with an authority of its own."""
    return _signer(tmp_path_factory.mktemp("pki"), "Eve & Partners")


def _signer(home: Path, organisation: str) -> Signer:
    create_authority(home / "pki", organisation)
    return load_signer(home / "pki")


@pytest.fixture(scope="session")
def face() -> NDArray[np.uint8]:
    """400 x 400 pixels of Grace Hopper."""
    with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
        return np.asarray(Image.open(file).convert("RGB"))[20:420, 50:450]


@pytest.fixture
def facts() -> Facts:
    return Facts(
        engine="studio:1",
        style="studio-grey",
        source_type="composite",
        actions=(
            ("c2pa.orientation", "Levelled the eyes"),
            ("c2pa.color_adjustments", "Balanced the light"),
            ("c2pa.edited", "Set on a studio-grey backdrop"),
            ("c2pa.cropped", "Cropped for LinkedIn"),
        ),
        made_at=NOON,
    )
