"""`aftercare import`: files in, rejects out."""

import getpass
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import orjson

from aftercare.commerce.platforms.actions import CHUNK, Feed, import_file
from aftercare.commerce.platforms.files.source import STDIN
from aftercare.commerce.platforms.importable import kinds
from aftercare.commerce.platforms.models import ImportRun
from aftercare.commerce.platforms.report import Findings, Report
from aftercare.config.cli.ground import Refused, with_database
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.stores.queries import store_by_slug

SOME_REJECTED, USAGE, INTERRUPTED = 1, 2, 130
_PATH = click.Path(path_type=Path)


@click.command("import")
@click.argument("kind", type=click.Choice(kinds.keys()))
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--store", required=True, help="The store that takes them in, by its slug.")
@click.option("--source", default="import", show_default=True, help="Where the ids come from, such as the shop's name.")
@click.option("--map", "mapping", type=_PATH, help="A mapping (TOML) that reads a foreign file.")
@click.option("--folder", type=_PATH, help="Where the files lie that a mapping joins. [default: beside FILE]")
@click.option("--rejects", type=_PATH, help="Where to write what is refused. [default: FILE.rejects.… here]")
@click.option("--chunk", type=click.IntRange(1, 100_000), default=CHUNK, show_default=True, help="Records at once.")
@click.option("--dry-run", is_flag=True, help="Check everything, take nothing in.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON, one line per file.")
@with_database
def command(*, store: str, files: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Take in orders, customers, products, shipments or tracking from CSV or NDJSON files.

    Files may be gzipped; - reads standard input. Feeding a file again changes nothing. What is refused comes back in
    a file of its own, with line, field, problem and remedy: correct it and feed it again.

    Exit code: 0 everything is in, 1 some is not, 2 nothing could be done.
    """
    if options["rejects"] is not None and len(files) > 1:
        raise click.UsageError("--rejects goes with one FILE; without it each file gets rejects of its own.")
    code = 0
    try:
        store_id = store_by_slug(slug=store).pk
        for path in files:
            code = max(code, _feed(store_id, Feed(path=path, by=_user(), **options), as_json=as_json))
    except Refusal as refusal:
        raise Refused(refusal) from refusal
    click.get_current_context().exit(code)


def _feed(store_id: int, feed: Feed, *, as_json: bool) -> int:
    started = time.perf_counter()
    size = 0 if feed.path == STDIN or not Path(feed.path).exists() else Path(feed.path).stat().st_size
    label = Path(feed.path).name
    with click.progressbar(length=size, label=label, file=sys.stderr, hidden=not (size and sys.stderr.isatty())) as bar:
        report = import_file(
            store_id=store_id, feed=feed, clock=clock.now, progress=lambda position: bar.update(position - bar.pos)
        )
    seconds = time.perf_counter() - started
    click.echo(_json(report, seconds) if as_json else _text(report, seconds, dry_run=feed.dry_run))
    if report.state == ImportRun.State.INTERRUPTED:
        return INTERRUPTED
    if report.failure is not None and not report.read:
        return USAGE
    return SOME_REJECTED if report.rejected or report.failure else 0


def _json(report: Report, seconds: float) -> bytes:
    failure = report.failure
    return orjson.dumps(
        {
            "kind": report.kind,
            "file": report.file,
            "state": report.state,
            **report.counts,
            "problems": [asdict(problem) for problem in report.problems.most_frequent()],
            "warnings": [asdict(warning) for warning in report.warnings.most_frequent()],
            "rejects": report.rejects_path or None,
            "failure": {"problem": failure.sentence, "remedy": failure.remedy} if failure is not None else None,
            "seconds": round(seconds, 3),
            "per_second": round(report.read / seconds) if seconds else 0,
        }
    )


def _text(report: Report, seconds: float, *, dry_run: bool) -> str:
    counts = [f"  {name:<10}{count:>12,}" for name, count in report.counts.items()]
    ends = [f"{seconds:,.1f} s, {report.read / seconds:,.0f} records/s"] if seconds else []
    if report.rejects_path:
        ends.append(f"What was refused stands in {report.rejects_path}: correct it and feed that file.")
    if report.failure is not None:
        ends.append(f"Stopped: {report.failure.sentence} {report.failure.remedy}".rstrip())
    if report.state == ImportRun.State.INTERRUPTED:
        ends.append("Interrupted. Feed the file again: what is in stays unchanged.")
    head = f"{report.kind} from {report.file}{' (dry run: nothing was taken in)' if dry_run else ''}"
    found = [*_findings("Problems", report.problems), *_findings("Warnings", report.warnings)]
    return "\n".join([head, *counts, *found, *ends])


def _findings(title: str, findings: Findings) -> list[str]:
    frequent = findings.most_frequent()
    lines = [f"  {item.count:>8,}  {item.what}, first in line {item.first_line}: {item.example}" for item in frequent]
    return [f"{title}, the most frequent first:", *lines] if lines else []


def _user() -> str:
    """Who is at the keyboard; containers may run as a user without a name."""
    try:
        return f"command line ({getpass.getuser()})"
    except (KeyError, OSError):
        return "command line"
