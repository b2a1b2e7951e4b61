"""`--help` teaches, for every command."""

import pytest
from click.testing import CliRunner

from aftercare.config.cli import main
from aftercare.config.cli.main import COMMANDS


def test_the_first_page_names_every_command() -> None:
    shown = CliRunner().invoke(main, ["--help"])
    assert shown.exit_code == 0
    for name, purpose in COMMANDS.items():
        assert name in shown.output
        assert purpose.split()[0] in shown.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert len(shown.output) > 100


def test_an_unknown_command_is_refused() -> None:
    assert CliRunner().invoke(main, ["fly"]).exit_code == 2
