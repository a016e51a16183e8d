"""A wish belongs to a picture: previews, downloads and sizes follow it, and the trail tells of it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from faceproof import marking, tenancy
from faceproof.archive.models import AuditEntry
from faceproof.finishing import Wish
from faceproof.sittings import flow, gallery, studio
from faceproof.sittings.models import Headshot, Proof

TIGHT = Wish(zoom=1.25, dx=0.1)


def mine(member: Any) -> Any:
    return tenancy.scope(org_id=member.org_id, subject_id=member.id)


def pixels(picture: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(picture)))


def entries() -> int:
    return int(AuditEntry.objects.filter(action="picture.tuned").count())


def test_a_wish_is_kept_told_once_and_followed_everywhere(cast: Any, hopper: bytes) -> None:
    flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"), custody="transit")
    with mine(cast.ann):
        proof = Proof.objects.first()
        assert proof is not None
        sealed = gallery.preview(cast.ann, proof)
        asked = gallery.preview(cast.ann, proof, TIGHT)
        assert pixels(asked).shape < pixels(sealed).shape
        assert gallery.preview(cast.ann, proof) == sealed, "a look at a wish settles nothing"
        before = dict(proof.largest)

        gallery.tune(cast.ann, proof, TIGHT)
        gallery.tune(cast.ann, proof, TIGHT)
        assert entries() == 1
        proof = Proof.objects.get(id=proof.id)
        assert proof.wish == {"zoom": 1.25, "dx": 0.1}
        assert proof.largest["linkedin"] < before["linkedin"]
        assert (pixels(gallery.preview(cast.ann, proof)) == pixels(asked)).all()
        marks = marking.read_back(asked, root_pem=studio.signer(cast.acme).root_pem)
        assert marks.c2pa_valid
        assert marks.signer_trusted

        headshot = gallery.choose(cast.ann, proof)
        assert headshot.wish == proof.wish
        assert (pixels(gallery.preview(cast.ann, headshot)) == pixels(asked)).all()
        export = gallery.download(cast.ann, headshot, "linkedin")
        assert [export.width, export.height] == headshot.largest["linkedin"]

        gallery.tune(cast.ann, headshot, Wish())
        headshot = Headshot.objects.get(id=headshot.id)
        assert headshot.wish == {}
        assert headshot.largest == before
        assert gallery.preview(cast.ann, headshot) == sealed
        assert Image.open(io.BytesIO(sealed)).size[0] == before["preview"][0]


def test_a_stranger_cannot_tune(cast: Any, hopper: bytes) -> None:
    flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"), custody="transit")
    with mine(cast.ann):
        proof = Proof.objects.first()
        assert proof is not None
    with mine(cast.eve), pytest.raises(Proof.DoesNotExist):
        gallery.tune(cast.eve, proof, TIGHT)
    with mine(cast.ann):
        assert Proof.objects.get(id=proof.id).wish == {}


@pytest.mark.parametrize("name", ["hopper", "astronaut"])
def test_the_photo_can_be_drawn_under_its_preview(
    cast: Any, request: pytest.FixtureRequest, settings: Any, name: str
) -> None:
    """The irises of the photo, projected, lie on the eyes that are found in the preview, whatever the cut."""
    from faceproof import intake
    from faceproof.imaging import face

    settings.FACEPROOF_ENGINE = "studio:"
    photo = request.getfixturevalue(name)
    found = intake.examine(intake.admit(photo)).face
    assert found is not None
    with Image.open(io.BytesIO(photo)) as picture:
        width = picture.width
    flow.receive(cast.ann, flow.Upload(photo, ""), custody="transit")
    with mine(cast.ann):
        proof = Proof.objects.first()
        assert proof is not None
        for wish in (Wish(), Wish(zoom=1.15, dx=-0.06, dy=0.04)):
            gallery.tune(cast.ann, proof, wish)
            tie = gallery.before(proof)
            assert tie is not None
            a, b, x, y = tie
            shown = pixels(gallery.preview(cast.ann, proof))
            seen = face.mesh(shown, face.detect(shown)[0])
            for iris in (468, 473):
                s, t = found.landmarks[iris, :2] / width
                u, v = seen.landmarks[iris, :2] / shown.shape[1]
                assert (a * s - b * t + x, b * s + a * t + y) == pytest.approx((u, v), abs=0.01)


def test_of_a_drawn_card_no_photo_is_known(cast: Any, hopper: bytes) -> None:
    flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"), custody="transit")
    with mine(cast.ann):
        proof = Proof.objects.first()
        assert proof is not None
        assert gallery.before(proof) is None


# P-051
def test_without_retouch_nothing_claims_it(cast: Any, hopper: bytes, settings: Any) -> None:
    settings.FACEPROOF_ENGINE = "studio:"
    flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"), custody="transit")
    with mine(cast.ann):
        proof = Proof.objects.get(style="studio-grey")
        retouched, map_before = gallery.preview(cast.ann, proof), gallery.changes(proof)
        assert "light_shine" in gallery.told(proof)
        assert any("Softened" in sentence for sentence in said(retouched))
        gallery.tune(cast.ann, proof, Wish(retouch=False))
        plain = gallery.preview(cast.ann, proof)
        assert np.abs(pixels(plain).astype(int) - pixels(retouched)).max() > 8
        kept = [sentence for sentence in said(retouched) if sentence in said(plain)]
        gone = [sentence for sentence in said(retouched) if sentence not in said(plain)]
        assert all("Softened" in s or "spots" in s or "white of the eyes" in s for s in gone)
        assert any("backdrop" in sentence or "background" in sentence for sentence in kept)
        assert gone
        assert gallery.told(proof)["retouched"] == 0
        assert gallery.changes(proof) != map_before
        headshot = gallery.choose(cast.ann, proof)
        export = gallery.download(cast.ann, headshot, "linkedin")
        assert not any("Softened" in sentence for sentence in said(export.data))


def said(picture: bytes) -> tuple[str, ...]:
    from faceproof.marking import credentials

    return credentials.read(picture, "image/jpeg", None).sentences
