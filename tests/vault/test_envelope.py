"""Sealed objects: whole, unchanged and in their own context, or not at all."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tink import proto_keyset_format, secret_key_access

from faceproof.vault import header, keys
from faceproof.vault.envelope import SEGMENT, Context, key_of, open_sealed, seal, sealed_size
from tests.vault import independent, make_vectors

CONTEXT = Context(3, 41, "selfie", make_vectors.OBJECT, "photo")
KEY = keys.DataKey(
    keys.KeyName(make_vectors.KEY_ID, 3, 41, "selfie"),
    proto_keyset_format.parse(make_vectors.data_keyset(), secret_key_access.TOKEN),
)
FIRST = SEGMENT - 56
NEXT = SEGMENT - 16
SIZES = [0, 1, 100, FIRST - 1, FIRST, FIRST + 1, FIRST + NEXT, FIRST + NEXT + 1]


def context_bytes(context: Context) -> bytes:
    return independent.context_bytes(
        context.org, context.subject, context.klass, context.object_id, context.part
    )


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_opens_again_at_every_segment_boundary(size: int) -> None:
    plaintext = bytes(range(256)) * (size // 256 + 1)
    sealed = seal(plaintext[:size], KEY, CONTEXT)
    assert len(sealed) == sealed_size(size)
    assert open_sealed(sealed, KEY, CONTEXT) == plaintext[:size]


@pytest.mark.parametrize("size", SIZES)
def test_the_page_about_the_format_is_enough_to_read_what_we_write(size: int) -> None:
    sealed = seal(b"\x5a" * size, KEY, CONTEXT)
    assert independent.read(sealed, make_vectors.IKM, context_bytes(CONTEXT)) == b"\x5a" * size


@pytest.mark.parametrize("size", SIZES)
def test_we_read_what_another_implementation_of_the_page_writes(size: int) -> None:
    sealed = make_vectors.sealed(b"\xa5" * size)
    assert open_sealed(sealed, KEY, CONTEXT) == b"\xa5" * size


def test_the_same_plaintext_never_seals_to_the_same_bytes() -> None:
    first, second = (seal(b"same", KEY, CONTEXT) for _ in range(2))
    assert first[28:] != second[28:]


def test_the_plaintext_is_not_in_the_sealed_bytes() -> None:
    marker = b"MARKER-" + uuid4().bytes.hex().encode()
    assert marker not in seal(marker * 1000, KEY, CONTEXT)


# P-019
def test_a_changed_bit_anywhere_is_refused() -> None:
    sealed = seal(b"forty bytes of a detail nobody may change", KEY, CONTEXT)
    for at in range(len(sealed)):
        for bit in (1, 0x80):
            with pytest.raises(header.SealError):
                open_sealed(make_vectors.flip(sealed, at, bit), KEY, CONTEXT)


def test_every_prefix_of_a_sealed_object_is_called_truncated() -> None:
    sealed = seal(b"short", KEY, CONTEXT)
    for length in range(len(sealed)):
        with pytest.raises(header.Truncated):
            open_sealed(sealed[:length], KEY, CONTEXT)


def test_whole_segments_can_neither_be_dropped_swapped_nor_repeated() -> None:
    sealed = seal(b"x" * (FIRST + 2 * NEXT + 5), KEY, CONTEXT)
    head, stream = sealed[:28], sealed[28:]
    one, two, three, four = (stream[i : i + SEGMENT] for i in range(0, len(stream), SEGMENT))
    with pytest.raises(header.Tampered):
        open_sealed(head + one + three + two + four, KEY, CONTEXT)
    with pytest.raises(header.Tampered):
        open_sealed(head + one + two + two + four, KEY, CONTEXT)
    with pytest.raises(header.Truncated):
        open_sealed(head + one + two + four, KEY, CONTEXT)
    shorter = sealed[:20] + (FIRST + 2 * NEXT).to_bytes(8, "big")
    with pytest.raises(header.Tampered):
        open_sealed(shorter + one + two + three, KEY, CONTEXT)


@pytest.mark.parametrize(
    "change",
    [{"object_id": uuid4()}, {"part": "master"}, {"part": "phot"}, {"part": "photos"}],
    ids=lambda change: str(next(iter(change))),
)
def test_bytes_sealed_as_one_object_do_not_open_as_another(change: dict[str, object]) -> None:
    sealed = seal(b"mine", KEY, CONTEXT)
    with pytest.raises(header.Tampered):
        open_sealed(sealed, KEY, replace(CONTEXT, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{"org": 4}, {"subject": 42}, {"klass": "draft"}], ids=str)
def test_a_key_is_refused_for_every_context_but_its_own(change: dict[str, object]) -> None:
    elsewhere = replace(CONTEXT, **change)  # type: ignore[arg-type]
    with pytest.raises(header.WrongKey):
        seal(b"x", KEY, elsewhere)
    with pytest.raises(header.WrongKey):
        open_sealed(seal(b"x", KEY, CONTEXT), KEY, elsewhere)


def test_a_blob_of_one_person_does_not_open_as_a_blob_of_another() -> None:
    anns = keys.new_key(3, 41, "selfie")
    bobs = keys.new_key(3, 42, "selfie")
    sealed = seal(b"ann", anns, CONTEXT)
    with pytest.raises(header.WrongKey):
        open_sealed(sealed, bobs, replace(CONTEXT, subject=42))


def test_another_key_with_the_same_name_does_not_open_it() -> None:
    sealed = seal(b"x", KEY, CONTEXT)
    double = keys.new_key(3, 41, "selfie", key_id=KEY.name.id)
    with pytest.raises(header.Tampered):
        open_sealed(sealed, double, CONTEXT)


def test_the_header_tells_which_key_is_needed() -> None:
    assert key_of(seal(b"x", KEY, CONTEXT)) == KEY.name.id


words = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
contexts = st.builds(
    Context,
    st.integers(0, 2**63 - 1),
    st.integers(0, 2**63 - 1),
    words,
    st.uuids(),
    words,
)


@given(contexts, contexts)
@settings(max_examples=200, deadline=None)
def test_two_contexts_never_share_an_encoding(one: Context, other: Context) -> None:
    assert (one.encode() == other.encode()) == (one == other)
    assert one.encode() == context_bytes(one)


@pytest.mark.parametrize(
    "bad",
    [
        {"org": -1},
        {"subject": 2**64},
        {"klass": ""},
        {"klass": "Selfie"},
        {"klass": "a" * 33},
        {"part": "a/b"},
        {"part": "é"},
        {"klass": "selfie\n"},
    ],
    ids=str,
)
def test_a_context_that_has_no_canonical_form_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"range|word"):
        replace(CONTEXT, **bad).encode()  # type: ignore[arg-type]


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_arbitrary_bytes_never_crash_the_reader(data: bytes) -> None:
    with pytest.raises(header.SealError):
        open_sealed(data, KEY, CONTEXT)


def test_no_error_message_shows_what_was_sealed() -> None:
    secret = b"the-secret-plaintext"
    sealed = seal(secret, KEY, CONTEXT)
    with pytest.raises(header.SealError) as caught:
        open_sealed(make_vectors.flip(sealed, 80), KEY, CONTEXT)
    shown = str(caught.value) + repr(KEY)
    assert secret.decode() not in shown
    assert make_vectors.IKM.hex() not in shown
    assert UUID(int=0).hex not in shown
