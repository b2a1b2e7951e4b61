"""`aftercare import`, as people call it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from psycopg.conninfo import make_conninfo

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.platforms.models import ImportRun
from aftercare.config.cli.import_ import command
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests import factories

PEOPLE = "id,email,name\n1,sam@example.org,Sam\n2,nobody,Kim\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Rejects are written where one stands."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


def call(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(command, arguments, catch_exceptions=False, **options)


def test_the_summary_counts_and_says_what_to_do(store: Store) -> None:
    result = call("customers", "people.csv", "--store", store.slug)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "customers from people.csv"
    assert [line.split() for line in lines[1:7]] == [
        ["read", "2"], ["created", "1"], ["changed", "0"], ["unchanged", "0"], ["skipped", "0"], ["rejected", "1"],
    ]  # fmt: skip
    assert "email … is not an e-mail address, first in line 3: 'nobody' is not an e-mail address" in result.stdout
    assert "people.rejects.csv: correct it and feed that file." in result.stdout


def test_nothing_refused_ends_with_nought(store: Store) -> None:
    Path("people.csv").write_text(PEOPLE.replace("nobody", "kim@example.org"), encoding="utf-8")
    assert call("customers", "people.csv", "--store", store.slug).exit_code == 0


def test_programs_read_json_one_line_per_file(store: Store) -> None:
    result = call("customers", "people.csv", "people.csv", "--store", store.slug, "--json", "--source", "shop")
    first, second = map(json.loads, result.stdout.splitlines())
    assert (first["read"], first["created"], first["rejected"]) == (2, 1, 1)
    assert (second["unchanged"], Path(second["rejects"]).name) == (1, "people.rejects-2.csv")
    assert first["problems"][0]["first_line"] == 3
    assert first["failure"] is None


def test_standard_input_is_a_file_too(store: Store) -> None:
    result = call("customers", "-", "--store", store.slug, "--json", input=PEOPLE)
    assert json.loads(result.stdout)["file"] == "standard input"
    assert Path("stdin.rejects.csv").exists()


def test_a_dry_run_says_so(store: Store) -> None:
    result = call("customers", "people.csv", "--store", store.slug, "--dry-run")
    assert "dry run: nothing was taken in" in result.stdout
    with store_scope(store.pk):
        assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("customers", "people.csv", "--store", "nowhere"), "There is no store 'nowhere'."),
        (("customers", "nowhere.csv", "--store", "juniper"), "No such file"),
        (("customers", "people.csv", "--store", "juniper", "--map", "nowhere.toml"), "cannot be read"),
        (("customers", "people.csv", "--store", "juniper", "--rejects", "people.csv"), "exists already"),
        (("customers", "a", "b", "--store", "juniper", "--rejects", "c"), "--rejects goes with one FILE"),
        (("parrots", "people.csv", "--store", "juniper"), "'parrots' is not one of"),
        (("customers", "--store", "juniper"), "Missing argument"),
    ],
)
@pytest.mark.usefixtures("store")
def test_what_cannot_be_done_ends_with_two_and_a_sentence(arguments: tuple[str, ...], says: str) -> None:
    result = call(*arguments)
    assert (result.exit_code, says in result.stderr) == (2, True)


def test_a_joined_file_that_does_not_fit_ends_with_two_before_anything_is_read(store: Store) -> None:
    Path("mail.csv").write_text("id,mail\n1,a@example.org\n1,b@example.org\n", encoding="utf-8")
    mapping = "[customers.join.m]\nfile = 'mail.csv'\non = 'id'\n[customers.fields]\nid = 'id'\nemail = 'm.mail'\n"
    Path("map.toml").write_text(mapping, encoding="utf-8")
    result = call("customers", "people.csv", "--store", store.slug, "--map", "map.toml")
    assert result.exit_code == 2
    assert "Stopped: mail.csv has several rows with the same 'id'. Say `many = true`" in result.stdout


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_import_that_was_killed_is_made_good_by_another() -> None:
    """Killed between two chunks of what it reads from a pipe; fed again, everything is in once."""
    store = factories.make_store()
    lines = [f'{{"id": "{number}", "name": "Customer {number}"}}\n' for number in range(400)]
    url = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    arguments = ["customers", "-", "--store", store.slug, "--chunk", "100"]
    with subprocess.Popen(
        [sys.executable, "-m", "aftercare.config.cli", "import", *arguments],
        stdin=subprocess.PIPE, env={**os.environ, "DATABASE_URL": url},
    ) as process:  # fmt: skip
        assert process.stdin is not None
        process.stdin.write("".join(lines[:350]).encode())
        process.stdin.flush()
        _wait_until_some_are_in(store)
        process.send_signal(signal.SIGKILL)
    with store_scope(store.pk):
        assert 0 < Customer.objects.count() < len(lines)
    result = call(*arguments, "--json", input="".join(lines))
    counts = json.loads(result.stdout)
    assert counts["created"] + counts["unchanged"] == len(lines)
    assert counts["unchanged"] >= 100
    with store_scope(store.pk):
        assert Customer.objects.count() == len(lines)
        assert sorted(ImportRun.objects.values_list("state", flat=True)) == ["finished", "running"]


def _wait_until_some_are_in(store: Store) -> None:
    for _ in range(600):
        with store_scope(store.pk):
            if ImportRun.objects.filter(created__gt=0).exists():
                return
        time.sleep(0.1)
    pytest.fail("nothing came in within a minute")
