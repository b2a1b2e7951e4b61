"""Identifiers: random, of one alphabet, in order of time where they carry one."""

from datetime import UTC, datetime, timedelta

from aftercare.foundation.kit.ids import ALPHABET, public_id, public_ids, uuid7, uuid7_floor, uuid7s

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_public_ids_are_of_one_shape_and_never_the_same() -> None:
    ids = public_ids("ord", 2000)
    assert len(set(ids)) == 2000
    assert {(name[:4], len(name)) for name in [*ids, public_id("ord")]} == {("ord_", 20)}
    letters = {letter for name in ids for letter in name[4:]}
    assert letters == set(ALPHABET)
    assert public_ids("ord", 0) == []


def test_every_place_of_a_public_id_is_random() -> None:
    columns = zip(*(name[4:] for name in public_ids("ord", 2000)), strict=True)
    assert all(len(set(column)) == len(ALPHABET) for column in columns)


def test_version_7_is_in_order_of_time_above_its_floor() -> None:
    first, second = uuid7(AT), uuid7(AT + timedelta(milliseconds=1))
    assert uuid7_floor(AT) <= first < uuid7_floor(AT + timedelta(milliseconds=1)) <= second
    assert (first.version, first.variant) == (7, "specified in RFC 4122")


def test_several_of_one_instant_differ_in_everything_but_the_instant() -> None:
    ids = uuid7s(AT, 2000)
    assert len(set(ids)) == 2000
    assert {(name.version, name.variant, name.int >> 80) for name in ids} == {
        (7, "specified in RFC 4122", uuid7_floor(AT).int >> 80),
    }
