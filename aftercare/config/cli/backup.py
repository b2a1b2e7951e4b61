"""`aftercare backup`"""

from datetime import UTC
from pathlib import Path

import click

from aftercare.config.backups.making import check_backup, make_backup, tables
from aftercare.config.backups.manifest import read_manifest
from aftercare.config.cli.ground import Refused, with_database
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--without-key", is_flag=True, help="Leave the secret key out; keep it safe yourself.")
@click.option("--check", is_flag=True, help="Make none: read FILE through and say what it is.")
def command(*, file: Path | None, without_key: bool, check: bool) -> None:
    """Write everything into one FILE while everything runs; `aftercare restore` brings it back.

    Without FILE it is named by the time. It holds customers' data and, unless --without-key, the key to every stored
    secret: keep it where only you can read it. For a copy of every second use your PostgreSQL's own archiving, which
    docs/howto/backup.md tells about.
    """
    if check:
        if file is None:
            raise click.UsageError("--check goes with a FILE.")
        _say_what_it_is(file)
        return
    now = clock.in_the_world(clock.now())
    _make(file or Path(f"aftercare-{now.astimezone(UTC):%Y-%m-%dT%H%M%S}.backup"), with_key=not without_key)


@with_database
def _make(path: Path, *, with_key: bool) -> None:
    try:
        _make_with_progress(path, with_key=with_key)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from None


def _make_with_progress(path: Path, *, with_key: bool) -> None:
    with click.progressbar(length=tables(), label="Backing up", show_eta=False) as bar:
        manifest = make_backup(
            path=path, with_key=with_key, on_table=lambda: bar.update(1), now=clock.in_the_world(clock.now())
        )
        bar.update(bar.length or 0)
    click.echo(f"{path}: {path.stat().st_size / 1e6:,.1f} MB, {_in_words(manifest.counts)}")


def _say_what_it_is(path: Path) -> None:
    try:
        manifest = read_manifest(path)
        check_backup(path)
    except Refusal as refusal:
        raise Refused(refusal) from None
    click.echo(
        f"{path} is whole: made {manifest.made_at:%Y-%m-%d %H:%M} UTC by Aftercare {manifest.aftercare}, "
        f"{_in_words(manifest.counts)}"
    )


def _in_words(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
