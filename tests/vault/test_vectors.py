"""The vectors pin version 1 of both stored formats: one file, one flaw, one expected class of failure."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tink import proto_keyset_format, secret_key_access

from faceproof.vault import header, keys
from faceproof.vault.envelope import Context, open_sealed
from tests.vault import make_vectors

VECTORS = sorted(make_vectors.FOLDER.glob("*.toml"), key=lambda path: path.name)


def read(vector: dict[str, Any]) -> bytes:
    name = keys.KeyName(UUID(vector["key_id"]), vector["org"], vector["subject"], vector["klass"])
    data = bytes.fromhex(vector["bytes"])
    if vector["kind"] == "key":
        key = keys.unwrap(data, keys.Master.from_json(vector["master"]), name)
        # a key is right when it opens what the reference key sealed
        data = make_vectors.sealed()
    else:
        keyset = make_vectors.data_keyset(bytes.fromhex(vector["key"]))
        key = keys.DataKey(name, proto_keyset_format.parse(keyset, secret_key_access.TOKEN))
    context = Context(name.org, name.subject, name.klass, UUID(vector["object_id"]), vector["part"])
    return open_sealed(data, key, context)


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_each_vector_opens_or_fails_in_the_way_written_beside_it(path: Path) -> None:
    vector = tomllib.loads(path.read_text())
    if vector["expect"] == "ok":
        assert isinstance(read(vector), bytes)
        return
    with pytest.raises(header.SealError) as caught:
        read(vector)
    assert type(caught.value).__name__ == vector["expect"]


def test_the_good_vector_gives_back_its_plaintext() -> None:
    vector = tomllib.loads((make_vectors.FOLDER / "object_good.toml").read_text())
    assert read(vector) == make_vectors.PLAINTEXT


def test_the_committed_vectors_are_what_the_generator_makes() -> None:
    committed = {path.name: path.read_text() for path in VECTORS}
    assert committed == make_vectors.files()


def test_every_class_of_failure_has_a_vector() -> None:
    named = {tomllib.loads(path.read_text())["expect"] for path in VECTORS}
    assert named == {"ok", "WrongKey", "Tampered", "Truncated", "UnknownVersion"}
