"""Data keys at rest: wrapped, bound to their place, and rotatable without touching what they sealed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faceproof.vault import header, keys
from faceproof.vault.envelope import Context, open_sealed, seal
from tests.vault import make_vectors

MASTER = keys.Master.from_json(make_vectors.master_json())
CONTEXT = Context(3, 41, "headshot", make_vectors.OBJECT)


def test_a_key_survives_wrapping() -> None:
    key = keys.new_key(3, 41, "headshot")
    sealed = seal(b"picture", key, CONTEXT)
    again = keys.unwrap(keys.wrap(key, MASTER), MASTER, key.name)
    assert open_sealed(sealed, again, CONTEXT) == b"picture"


def test_no_two_keys_are_alike() -> None:
    one, two = keys.new_key(3, 41, "headshot"), keys.new_key(3, 41, "headshot")
    assert one.name.id != two.name.id
    with pytest.raises(header.WrongKey):
        open_sealed(seal(b"x", one, CONTEXT), two, CONTEXT)


@pytest.mark.parametrize("change", [{"org": 4}, {"subject": 42}, {"klass": "draft"}], ids=str)
def test_a_wrapped_key_does_not_open_in_another_place(change: dict[str, object]) -> None:
    key = keys.new_key(3, 41, "headshot")
    with pytest.raises(header.WrongKey):
        keys.unwrap(keys.wrap(key, MASTER), MASTER, replace(key.name, **change))  # type: ignore[arg-type]


def test_relabelling_a_wrapped_key_is_noticed() -> None:
    key = keys.new_key(3, 41, "headshot")
    wrapped = bytearray(keys.wrap(key, MASTER))
    wrapped[28:36] = (42).to_bytes(8, "big")
    with pytest.raises(header.Tampered):
        keys.unwrap(bytes(wrapped), MASTER, replace(key.name, subject=42))


def test_a_changed_bit_anywhere_in_a_wrapped_key_is_refused() -> None:
    key = keys.new_key(3, 41, "headshot")
    wrapped = keys.wrap(key, MASTER)
    for at in range(len(wrapped)):
        with pytest.raises(header.SealError):
            keys.unwrap(make_vectors.flip(wrapped, at), MASTER, key.name)


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_arbitrary_bytes_never_crash_the_reader_of_keys(data: bytes) -> None:
    with pytest.raises(header.SealError):
        keys.unwrap(data, MASTER, keys.KeyName(make_vectors.KEY_ID, 3, 41, "selfie"))


def test_another_master_keyset_does_not_unwrap() -> None:
    key = keys.new_key(3, 41, "headshot")
    with pytest.raises(header.WrongKey):
        keys.unwrap(keys.wrap(key, MASTER), keys.Master.new(), key.name)


def test_a_rotated_master_reads_old_wrappings_and_writes_new_ones() -> None:
    key = keys.new_key(3, 41, "headshot")
    sealed, old = seal(b"x", key, CONTEXT), keys.wrap(key, MASTER)
    rotated = MASTER.rotated()
    assert rotated.primary != MASTER.primary
    assert keys.unwrap(old, rotated, key.name).name == key.name
    new = keys.rewrap(old, rotated)
    assert keys.wrapped_by(old) == MASTER.primary
    assert keys.wrapped_by(new) == rotated.primary
    with pytest.raises(header.WrongKey):
        keys.unwrap(new, MASTER, key.name)
    assert open_sealed(sealed, keys.unwrap(new, rotated.retired(), key.name), CONTEXT) == b"x"


def test_a_retired_master_key_opens_nothing_any_more() -> None:
    key = keys.new_key(3, 41, "headshot")
    old = keys.wrap(key, MASTER)
    with pytest.raises(header.WrongKey):
        keys.unwrap(old, MASTER.rotated().retired(), key.name)


def test_a_master_keyset_survives_its_file() -> None:
    again = keys.Master.from_json(MASTER.to_json())
    assert (again.primary, again.ids) == (MASTER.primary, MASTER.ids)


@pytest.mark.parametrize("text", ["", "{}", "not json", '{"primaryKeyId": 1, "key": []}'])
def test_a_broken_master_file_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(header.Tampered, match="cannot be read"):
        keys.Master.from_json(text)


def test_a_data_keyset_is_no_master_keyset() -> None:
    data = make_vectors.master_json().replace("AesGcmKey", "AesGcmHkdfStreamingKey")
    with pytest.raises(header.Tampered):
        keys.Master.from_json(data)


def test_a_key_never_shows_itself() -> None:
    key = keys.new_key(3, 41, "headshot")
    assert repr(key) == f"DataKey({key.name.id})"
    assert "value" not in repr(MASTER)


@pytest.mark.parametrize("place", [(-1, 1, "audit"), (1, 2**64, "audit"), (1, 1, "Audit"), (1, 1, "")])
def test_a_key_without_a_possible_name_is_never_made(place: tuple[int, int, str]) -> None:
    with pytest.raises(ValueError, match=r"range|word"):
        keys.new_key(*place)
