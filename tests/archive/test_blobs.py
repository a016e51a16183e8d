"""Blobs in a folder and in a bucket: the same promises, tried on both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from faceproof.archive import blobs

ORG = 7


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """An S3 server on loopback, with the bucket ``faces``."""
    boto3 = pytest.importorskip("boto3")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    ).create_bucket(Bucket="faces")
    yield f"s3://faces/vault?endpoint={endpoint}&region=us-east-1"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, settings: Any, home: Path, monkeypatch: Any) -> str:
    if request.param == "bucket":
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        settings.FACEPROOF_BLOBS = request.getfixturevalue("bucket")
    return str(request.param)


def test_a_blob_is_put_listed_read_and_removed(place: str) -> None:
    name = blobs.fresh_name(ORG) + ".0"
    assert not blobs.exists(name)
    blobs.put(name, b"sealed" * 1000)
    assert blobs.exists(name)
    assert blobs.get(name) == b"sealed" * 1000
    (found,) = [each for each in blobs.listing(ORG) if each.name == name]
    assert abs(found.written_at - datetime.now(UTC)) < timedelta(minutes=5)
    blobs.delete(name)
    assert not blobs.exists(name)
    with pytest.raises(blobs.BlobMissing):
        blobs.get(name)


def test_a_large_blob_is_one_request_and_comes_back_whole(place: str) -> None:
    name, data = blobs.fresh_name(ORG) + ".0", bytes(range(256)) * 4096 * 12
    blobs.put(name, data)
    assert blobs.get(name) == data


def test_removing_what_is_not_there_is_no_error(place: str) -> None:
    blobs.delete(blobs.fresh_name(ORG) + ".0")


def test_an_organisation_lists_its_own_blobs_only(place: str) -> None:
    mine, others = blobs.fresh_name(ORG) + ".0", blobs.fresh_name(ORG * 10) + ".0"
    for name in (mine, others):
        blobs.put(name, b"x")
    assert mine in [found.name for found in blobs.listing(ORG)]
    assert others not in [found.name for found in blobs.listing(ORG)]


def test_names_are_random(place: str) -> None:
    names = {blobs.fresh_name(ORG) for _ in range(1000)}
    assert len(names) == 1000
    assert all(name.startswith("org-7/") and len(name.rsplit("/", 1)[1]) == 32 for name in names)


def test_an_unfinished_file_of_a_killed_writer_is_listed_and_can_be_discarded(home: Path) -> None:
    name = blobs.fresh_name(ORG) + ".0"
    blobs.put(name, b"x")
    unfinished = home / "blobs" / (name + "x#1")
    unfinished.write_bytes(b"half")
    (found,) = [each for each in blobs.listing(ORG) if "#" in each.name]
    blobs.discard(found)
    assert not unfinished.exists()
    assert blobs.exists(name)


@pytest.mark.parametrize("query", ["endpoint=http://a.example&secret=1", "allow_http=true"])
def test_an_option_that_is_not_known_is_refused(settings: Any, query: str) -> None:
    settings.FACEPROOF_BLOBS = f"s3://faces/x?{query}"
    with pytest.raises(ValueError, match="unknown option"):
        blobs.exists("org-1/aa/x.0")


def test_plain_http_is_for_loopback_only() -> None:
    assert blobs._is_loopback("http://127.0.0.1:5000")
    assert not blobs._is_loopback("http://127.0.0.1.example.org")
    assert not blobs._is_loopback("http://storage.example.org")
    assert not blobs._is_loopback(None)


def test_the_whole_archive_works_on_a_bucket(
    bucket: str, settings: Any, monkeypatch: Any, cast: Any, soon: Any, home: Path
) -> None:
    from faceproof import tenancy
    from faceproof.archive import store
    from tests.archive.test_store import put_draft

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    settings.FACEPROOF_BLOBS = bucket
    with tenancy.scope(org_id=cast.ann.org_id, subject_id=cast.ann.id):
        stored = put_draft(cast.ann, soon)
    with tenancy.scope(org_id=cast.ann.org_id, subject_id=cast.ann.id):
        assert store.open_part(stored.id, "master") == b"master of 1"
        store.shred(stored.id)
    assert store.finish_erasures(cast.acme.id) == 2
    assert not [found for found in blobs.listing(cast.acme.id) if found.name.startswith(stored.blob)]
    assert not (home / "blobs").exists()
