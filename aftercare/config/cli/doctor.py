"""`aftercare doctor`"""

import sys

import click

from aftercare.config.cli.ground import database
from aftercare.config.examine import examine
from aftercare.foundation.kit import clock

_MARKS = {"good": ("✓", "green"), "attention": ("!", "yellow"), "bad": ("✗", "red")}


@click.command()
def command() -> None:
    """Say what is wrong with this installation and how to mend it. Changes nothing; exits with 1 if something is bad."""
    is_bad = False
    with database():
        for finding in examine(now=clock.now()):
            mark, colour = _MARKS[finding.grade]
            click.echo(f"{click.style(mark, fg=colour)} {finding.what}")
            if finding.remedy:
                click.echo(f"    {finding.remedy}")
            is_bad = is_bad or finding.grade == "bad"
    sys.exit(1 if is_bad else 0)
