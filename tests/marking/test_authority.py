"""The organisation's authority: made once, kept private, renewed in time, refused when something is off."""

import os
import stat
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from numpy.typing import NDArray

from faceproof import formats, marking
from faceproof.marking import Facts
from faceproof.marking.authority import (
    KEY_LIFE,
    LAST_DAYS,
    AuthorityError,
    create_authority,
    load_signer,
)
from faceproof.marking.certificates import DOCUMENT_SIGNING, SIGNING_LIFE

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ORG = "Atelier Némo"


@pytest.fixture
def pki(tmp_path: Path) -> Path:
    create_authority(tmp_path / "pki", ORG, now=NOW)
    return tmp_path / "pki"


def leaf(folder: Path, now: datetime = NOW) -> x509.Certificate:
    return x509.load_pem_x509_certificate(load_signer(folder, now=now).chain_pem)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_keys_are_for_their_owner_only(pki: Path) -> None:
    assert stat.S_IMODE(pki.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in pki.iterdir()}
    assert modes == {"authority.pem": 0o600, "signing.pem": 0o600, "root.pem": 0o644}
    assert b"PRIVATE" not in (pki / "root.pem").read_bytes()


def test_a_loose_umask_does_not_loosen_them(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        create_authority(tmp_path / "pki", ORG, now=NOW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "pki" / "authority.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "pki").stat().st_mode) == 0o700


def test_the_certificate_has_the_profile_that_c2pa_asks_for(pki: Path) -> None:
    certificate = leaf(pki)
    extensions = certificate.extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    purposes = set(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    assert purposes == {ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING}
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    root = x509.load_pem_x509_certificate((pki / "root.pem").read_bytes())
    own = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    issued = extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    assert issued == own
    assert extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    name = {attribute.oid: attribute.value for attribute in certificate.subject}
    assert name[NameOID.ORGANIZATION_NAME] == ORG
    assert NameOID.COMMON_NAME in name
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"


def test_asking_again_changes_nothing(pki: Path) -> None:
    before = snapshot(pki)
    create_authority(pki, ORG, now=NOW + timedelta(days=100))
    assert snapshot(pki) == before


def test_the_key_is_renewed_every_year_and_the_authority_never(pki: Path) -> None:
    before = snapshot(pki)
    later = NOW + KEY_LIFE + timedelta(days=1)
    create_authority(pki, ORG, now=later)
    after = snapshot(pki)
    assert after["signing.pem"] != before["signing.pem"]
    assert after["authority.pem"] == before["authority.pem"]
    assert after["root.pem"] == before["root.pem"]


def test_a_picture_stays_checkable_for_years_after_its_key_was_renewed(pki: Path) -> None:
    # There is no time-stamp authority: the life of the certificate is the life of the credential.
    just_before_renewal = NOW + KEY_LIFE - timedelta(days=1)
    create_authority(pki, ORG, now=just_before_renewal)
    left = leaf(pki, just_before_renewal).not_valid_after_utc - just_before_renewal
    assert left > timedelta(days=8 * 365)


def test_an_authority_near_its_end_is_renewed_as_far_as_it_reaches(pki: Path) -> None:
    root = x509.load_pem_x509_certificate((pki / "root.pem").read_bytes())
    late = root.not_valid_after_utc - timedelta(days=200)
    create_authority(pki, ORG, now=late)
    assert leaf(pki, late).not_valid_after_utc == root.not_valid_after_utc
    before = snapshot(pki)
    create_authority(pki, ORG, now=root.not_valid_after_utc - LAST_DAYS / 2)
    assert snapshot(pki) == before


def test_a_renamed_organisation_signs_under_its_new_name_with_the_old_authority(pki: Path) -> None:
    before = snapshot(pki)
    create_authority(pki, "Nouveau Nom", now=NOW)
    assert load_signer(pki, now=NOW).organisation == "Nouveau Nom"
    assert snapshot(pki)["authority.pem"] == before["authority.pem"]


def test_a_name_that_x509_cannot_hold_is_cut_and_stays_stable(tmp_path: Path) -> None:
    create_authority(tmp_path / "pki", "Œuvre " * 30, now=NOW)
    before = snapshot(tmp_path / "pki")
    create_authority(tmp_path / "pki", "Œuvre " * 30, now=NOW)
    assert snapshot(tmp_path / "pki") == before


def test_an_expired_certificate_is_refused(pki: Path) -> None:
    with pytest.raises(AuthorityError) as caught:
        load_signer(pki, now=NOW + SIGNING_LIFE + timedelta(days=1))
    assert caught.value.code == "authority_expired"


@pytest.mark.parametrize("name", ["authority.pem", "signing.pem"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused(pki: Path, name: str, mode: int) -> None:
    (pki / name).chmod(mode)
    with pytest.raises(AuthorityError) as caught:
        load_signer(pki, now=NOW)
    assert caught.value.code == "authority_exposed"
    with pytest.raises(AuthorityError):
        create_authority(pki, ORG, now=NOW)


def test_a_folder_that_others_may_enter_is_refused(pki: Path) -> None:
    pki.chmod(0o755)
    for call in (lambda: load_signer(pki, now=NOW), lambda: create_authority(pki, ORG, now=NOW)):
        with pytest.raises(AuthorityError) as caught:
            call()
        assert caught.value.code == "authority_exposed"


@pytest.mark.parametrize("name", ["authority.pem", "signing.pem"])
def test_a_missing_part_is_named(pki: Path, name: str) -> None:
    (pki / name).unlink()
    with pytest.raises(AuthorityError, match=name) as caught:
        load_signer(pki, now=NOW)
    assert caught.value.code == "authority_missing"


def test_a_lost_authority_is_never_replaced_in_silence(pki: Path) -> None:
    (pki / "authority.pem").unlink()
    with pytest.raises(AuthorityError, match="lost") as caught:
        create_authority(pki, ORG, now=NOW)
    assert caught.value.code == "authority_missing"
    assert not (pki / "authority.pem").exists()


def test_no_folder_at_all_is_named(tmp_path: Path) -> None:
    with pytest.raises(AuthorityError) as caught:
        load_signer(tmp_path / "nowhere", now=NOW)
    assert caught.value.code == "authority_missing"


@pytest.mark.parametrize("name", ["authority.pem", "signing.pem"])
def test_a_damaged_part_is_named_and_never_silently_replaced(pki: Path, name: str) -> None:
    (pki / name).write_bytes(b"-----BEGIN NOTHING-----")
    for call in (lambda: load_signer(pki, now=NOW), lambda: create_authority(pki, ORG, now=NOW)):
        with pytest.raises(AuthorityError, match=name) as caught:
            call()
        assert caught.value.code == "authority_damaged"
    assert (pki / name).read_bytes() == b"-----BEGIN NOTHING-----"


def test_a_key_and_a_certificate_of_different_origin_are_refused(pki: Path, tmp_path: Path) -> None:
    create_authority(tmp_path / "other", "Eve", now=NOW)
    mine, hers = snapshot(pki), snapshot(tmp_path / "other")
    (pki / "signing.pem").write_bytes(hers["signing.pem"])
    with pytest.raises(AuthorityError) as caught:
        load_signer(pki, now=NOW)
    assert caught.value.code == "authority_damaged"
    key, certificate = (
        mine["signing.pem"].split(b"-----BEGIN CERT")[0],
        hers["signing.pem"].split(b"KEY-----\n"),
    )
    (pki / "signing.pem").write_bytes(key + certificate[-1])
    with pytest.raises(AuthorityError):
        load_signer(pki, now=NOW)


def test_a_crash_half_way_is_finished_at_the_next_start(pki: Path) -> None:
    before = snapshot(pki)
    (pki / "signing.pem").unlink()
    (pki / "root.pem").unlink()
    (pki / "signing.pem.new").write_bytes(b"half")
    create_authority(pki, ORG, now=NOW)
    assert load_signer(pki, now=NOW).organisation == ORG
    assert (pki / "authority.pem").read_bytes() == before["authority.pem"]
    assert not (pki / "signing.pem.new").exists()


def test_processes_that_start_together_make_one_authority(tmp_path: Path) -> None:
    context = get_context("spawn")
    workers = [context.Process(target=create_authority, args=(tmp_path / "pki", ORG)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert load_signer(tmp_path / "pki").organisation == ORG
    assert sorted(path.name for path in (tmp_path / "pki").iterdir()) == [
        "authority.pem",
        "root.pem",
        "signing.pem",
    ]


def test_pictures_signed_before_a_renewal_are_still_trusted_after_it(
    tmp_path: Path, face: NDArray[np.uint8], facts: Facts
) -> None:
    folder = tmp_path / "pki"
    made = datetime.now(UTC) - KEY_LIFE - timedelta(days=2)
    create_authority(folder, ORG, now=made)
    old = marking.mark(face, formats.get("linkedin"), facts, load_signer(folder))
    create_authority(folder, ORG)
    new = marking.mark(face, formats.get("linkedin"), facts, load_signer(folder))
    root = (folder / "root.pem").read_bytes()
    assert marking.read_back(old, root_pem=root).signer_trusted
    assert marking.read_back(new, root_pem=root).signer_trusted
    assert load_signer(folder).chain_pem != b""
