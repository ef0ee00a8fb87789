"""The vault: what is sealed opens only here, only for its record, and only unaltered."""

import pytest

from vesicle.people import vault

DATA = b"a face" * 100


def test_what_is_sealed_opens_again():
    assert vault.open_sealed(vault.seal(DATA, context="photo:1"), context="photo:1") == DATA


def test_sealed_bytes_show_nothing_and_never_repeat():
    first, second = (vault.seal(DATA, context="photo:1") for _ in range(2))
    assert b"face" not in first
    assert first != second


def test_a_photo_moved_to_another_record_does_not_open():
    with pytest.raises(vault.CannotOpen):
        vault.open_sealed(vault.seal(DATA, context="photo:1"), context="photo:2")


@pytest.mark.parametrize("at", [0, 5, 20, -1])
def test_one_altered_bit_is_noticed(at):
    sealed = bytearray(vault.seal(DATA, context="photo:1"))
    sealed[at] ^= 1
    with pytest.raises(vault.CannotOpen):
        vault.open_sealed(bytes(sealed), context="photo:1")


@pytest.mark.parametrize("junk", [b"", b"VS1", b"not sealed at all"])
def test_junk_is_refused_kindly(junk):
    with pytest.raises(vault.CannotOpen, match=r"VESICLE_PHOTO_KEY\.$"):
        vault.open_sealed(junk, context="photo:1")


def test_another_installations_key_opens_nothing(settings):
    sealed = vault.seal(DATA, context="photo:1")
    settings.PHOTO_KEY = "another key"
    with pytest.raises(vault.CannotOpen):
        vault.open_sealed(sealed, context="photo:1")
