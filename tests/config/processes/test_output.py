"""Lines from several processes."""

import io
import os

from aftercare.config.processes.output import LONGEST_LINE, LineBuffer, Screen


def test_lines_stand_under_the_aligned_names_of_their_processes() -> None:
    stream = io.BytesIO()
    screen = Screen(stream, names=["web", "worker"])

    screen.show("web", "listening")
    screen.show("worker", "köy ✓")

    assert stream.getvalue().decode() == "web    | listening\nworker | köy ✓\n"


def test_a_screen_that_nobody_reads_says_so_and_swallows_the_rest() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb", buffering=0) as stream:
        screen = Screen(stream, names=["web"])
        screen.show("web", "lost")
        screen.show("web", "lost too")

    assert screen.is_closed


def test_a_line_is_complete_with_its_line_break() -> None:
    lines = LineBuffer()

    assert lines.feed(b"one\r\ntw") == ["one"]
    assert lines.feed(b"o\n\nthree") == ["two", ""]
    assert lines.flush() == ["three"]
    assert lines.flush() == []
    assert lines.recent() == ["one", "two", "", "three"]


def test_an_endless_line_is_cut() -> None:
    lines = LineBuffer()

    assert lines.feed(b"x" * LONGEST_LINE) == []
    assert lines.feed(b"x") == ["x" * (LONGEST_LINE + 1)]


def test_only_the_last_lines_are_remembered() -> None:
    lines = LineBuffer()
    lines.feed(b"".join(b"%d\n" % number for number in range(100)))

    assert lines.recent() == [str(number) for number in range(80, 100)]
