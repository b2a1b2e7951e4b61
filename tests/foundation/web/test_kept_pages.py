"""Where drawn pages are kept: bounded, the latest used the longest. What is kept of them: tests/commerce/orders."""

from datetime import UTC, datetime

from aftercare.foundation.web.kept_pages import Asked, Drawing, Page, Shelf

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def asked(address: str) -> Asked:
    return Asked(("localhost",), address, only_parts=False, language="", languages="", theme="")


def page(size: int) -> Page:
    drawing = Drawing("", about=(), order_id=1, zone=UTC, now=NOW)
    return Page(drawing, b"x" * size, (1,), "en", [], "", NOW)


def test_the_longest_unused_go_first() -> None:
    shelf = Shelf(most=30)
    for address in "abc":
        shelf.put(asked(address), page(10))
    assert shelf.get(asked("a"))
    shelf.put(asked("d"), page(10))
    assert [address for address in "abcd" if shelf.get(asked(address))] == ["a", "c", "d"]


def test_what_is_kept_anew_counts_once() -> None:
    shelf = Shelf(most=30)
    for size in (30, 10, 20):
        shelf.put(asked("a"), page(size))
    shelf.put(asked("b"), page(10))
    assert shelf.get(asked("a"))
    assert shelf.get(asked("b"))
    shelf.clear()
    assert shelf.get(asked("a")) is None


def test_what_is_too_large_is_not_kept() -> None:
    shelf = Shelf(most=30)
    shelf.put(asked("a"), page(31))
    assert shelf.get(asked("a")) is None
