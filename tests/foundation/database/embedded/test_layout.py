"""Where things lie, and the awkward places that people choose."""

import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from aftercare.foundation.database.embedded import EmbeddedPostgres
from aftercare.foundation.database.embedded.account import Account, server_account
from aftercare.foundation.database.embedded.errors import HomeUnusableError
from aftercare.foundation.database.embedded.layout import (
    LONGEST_SOCKET_PATH,
    SHORT_SOCKET_ROOT,
    Layout,
    make_socket_folder,
    open_layout,
)

STRANGER = Account(uid=54321, gid=54321)


def layout_at(place: str) -> Layout:
    return Layout(home=Path(place), place=Path(place), account=Account())


@pytest.fixture
def squatted_layout() -> Iterator[Layout]:
    """A layout with a long path, whose short socket folder somebody made before us."""
    with tempfile.TemporaryDirectory() as folder:
        layout = layout_at(f"/{folder}/{'long/' * 30}")
        layout.sockets.mkdir(parents=True)
        layout.sockets.chmod(0o777)
        yield layout
        layout.sockets.rmdir()


def test_the_socket_lies_beside_the_data_if_its_path_is_short_enough() -> None:
    native = "/" + "x" * (LONGEST_SOCKET_PATH - len("//run/.s.PGSQL.65535.lock"))

    assert layout_at(native).sockets == Path(native, "run")
    assert layout_at(f"{native}x").sockets.parent == SHORT_SOCKET_ROOT / f"aftercare-{os.geteuid()}"


@pytest.mark.parametrize("name", ["comma,", 'quo"te', "apo'strophe", "back\\slash", "new\nline", os.fsdecode(b"\xff")])
def test_the_socket_moves_out_of_a_path_that_a_client_would_misread(name: str) -> None:
    assert layout_at(f"/srv/{name}").sockets.is_relative_to(SHORT_SOCKET_ROOT)


def test_two_homes_with_long_paths_get_two_socket_folders() -> None:
    assert layout_at(f"/{'a' * 200}").sockets != layout_at(f"/{'a' * 201}").sockets


def test_a_socket_folder_that_others_may_write_to_is_refused(squatted_layout: Layout) -> None:
    with pytest.raises(HomeUnusableError, match="somebody else made it"):
        make_socket_folder(squatted_layout)


@pytest.mark.parametrize("name", ["Läden & mehr/日本 — pg", "comma, and 'quotes'", "deep/" * 25])
def test_a_server_runs_in_an_awkward_place(home: Path, name: str) -> None:
    awkward = home.parent / name / "pg"
    awkward.parent.mkdir(parents=True)
    home.rename(awkward)
    server = EmbeddedPostgres(awkward, durable=False)

    with server.acquire(), psycopg.connect(server.dsn) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        sockets = server.status().sockets

    server.stop()
    if sockets.is_relative_to(SHORT_SOCKET_ROOT / f"aftercare-{server_account().owner}"):
        sockets.rmdir()


def test_many_processes_agree_on_one_password(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        layouts = threads.map(lambda _: open_layout(home=tmp_path / "pg", account=Account()), range(64))

        assert len({layout.password() for layout in layouts}) == 1
    assert sorted(path.name for path in (tmp_path / "pg").iterdir()) == ["cluster", "password"]


def test_data_that_the_account_cannot_reach_lie_on_the_shelf(empty_folder: Path) -> None:
    closed = empty_folder / "closed"
    closed.mkdir(mode=0o700)
    shelf = empty_folder / "shelf"

    layout = open_layout(home=closed / "pg", account=STRANGER, shelf=shelf)

    assert layout.place.parent == shelf
    assert (closed / "pg" / "cluster").readlink() == layout.place
    assert STRANGER.can_enter(layout.place)
    assert open_layout(home=closed / "pg", account=STRANGER, shelf=shelf) == layout


def test_a_shelf_that_the_account_cannot_reach_either_is_refused(empty_folder: Path) -> None:
    empty_folder.chmod(0o700)

    with pytest.raises(HomeUnusableError, match="outside /root"):
        open_layout(home=empty_folder / "pg", account=STRANGER, shelf=empty_folder / "shelf")


def test_data_that_are_gone_from_the_shelf_are_not_replaced_by_an_empty_database(empty_folder: Path) -> None:
    closed = empty_folder / "closed"
    closed.mkdir(mode=0o700)
    layout = open_layout(home=closed / "pg", account=STRANGER, shelf=empty_folder / "shelf")
    layout.place.rmdir()

    with pytest.raises(HomeUnusableError, match="nothing is there"):
        open_layout(home=closed / "pg", account=STRANGER, shelf=empty_folder / "shelf")


def test_a_home_that_cannot_be_made_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(HomeUnusableError, match=r"Not a directory\. Choose a home folder that you may write to"):
        open_layout(home=tmp_path / "file" / "pg", account=Account())
