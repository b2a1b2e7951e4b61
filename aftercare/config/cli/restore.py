"""`aftercare restore`"""

from pathlib import Path

import click

from aftercare.config.backups.manifest import read_manifest
from aftercare.config.backups.restoring import Restored, restore_backup
from aftercare.config.cli.ground import Refused, database
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--unsent", type=click.Choice(["drop", "send"]),
    help="What becomes of messages that were about to be sent when the backup was made.",
)  # fmt: skip
def command(*, file: Path, unsent: str | None) -> None:
    """Put what a backup holds in the place of what is there.

    Stop every `aftercare` process first. Nothing is lost: the database that was there stays on the server under another
    name, which is printed. Messages that were about to be sent may have gone out after the backup was made: --unsent
    says whether to send them.
    """
    try:
        length = read_manifest(file).tables
        with database(), click.progressbar(length=length, label="Restoring", show_eta=False) as bar:
            recall = None if unsent is None else unsent == "drop"
            done = restore_backup(path=file, recall=recall, on_table=lambda: bar.update(1), now=clock.now())
    except Refusal as refusal:
        raise Refused(refusal) from None
    _report(done)


def _report(done: Restored) -> None:
    counts = ", ".join(f"{count:,} {name}" for name, count in done.manifest.counts.items())
    click.echo(f"Restored as of {done.manifest.made_at:%Y-%m-%d %H:%M} UTC: {counts}.")
    if done.renumbered:
        click.echo("The log came from another server and has been numbered anew.")
    if done.unsent:
        click.echo(f"{done.unsent:,} messages were about to be sent: {_FATE[done.recalled]}.")
    if done.before:
        click.echo(f"What was there before is the database '{done.before}'; drop it when you are sure.")


_FATE = {True: "none of them will be", False: "they will be sent, some perhaps again"}
