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
