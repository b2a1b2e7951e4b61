"""Feeding a file: chunk by chunk, each in one transaction, with whatever is refused written to a file of its own."""

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, Error, transaction

from aftercare.commerce.platforms.errors import RejectsInTheWay
from aftercare.commerce.platforms.files.records import Problem
from aftercare.commerce.platforms.files.rejects import RejectsFile, default_path
from aftercare.commerce.platforms.importable import Importable, kinds
from aftercare.commerce.platforms.mapping.document import load_mapping
from aftercare.commerce.platforms.models import ImportRun
from aftercare.commerce.platforms.persistence import feed_persistently
from aftercare.commerce.platforms.reading import Reading, open_reading
from aftercare.commerce.platforms.report import Report
from aftercare.commerce.platforms.translation import Candidate
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.kit.garbage import seldom_collected
from aftercare.foundation.kit.intake import Intake
from aftercare.foundation.stores.scope import store_scope

CHUNK = 1000
LONGEST_SOURCE = 40


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What to import, and how. `path` is `-` for standard input; `by` says who feeds it.

    `folder` is where joined files lie if not beside the input; `rejects` where to write what is refused if not to the
    first free name in the current folder. A dry run checks everything and takes nothing in.
    """

    kind: str
    path: str
    source: str
    by: str
    mapping: Path | None = None
    folder: Path | None = None
    rejects: Path | None = None
    chunk: int = CHUNK
    dry_run: bool = False


def import_file(
    *,
    store_id: int,
    feed: Feed,
    clock: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _position: None,
) -> Report:
    """Take a file in; `progress` is told how many of its bytes were read.

    Raises a Refusal (UnreadableFile, BadMapping, RejectsInTheWay) before anything is written. What stops it later, a
    damaged archive or the user, stands in the report, whose counts hold for what came in before.
    """
    if not 1 <= len(feed.source) <= LONGEST_SOURCE:
        raise Invalid(f"'{feed.source}' cannot name a source.", field="--source", remedy="Use 1 to 40 characters.")
    kind = kinds[feed.kind]
    document = load_mapping(feed.mapping, known_kinds=kinds.keys()) if feed.mapping is not None else None
    with open_reading(path=feed.path, kind=kind, document=document, folder=feed.folder) as reading:
        path = _rejects_path(feed, reading)
        rejects = RejectsFile(path, reading.reject_format)
        with store_scope(store_id), seldom_collected():
            importer = _Importer(store_id, feed, kind, rejects, clock, Report(feed.kind, reading.source.name))
            importer.take_in_all(reading, progress)
        rejects.close()
        return importer.report


def _rejects_path(feed: Feed, reading: Reading) -> Path:
    """Where rejects go; refused now rather than after an hour where they could not be written."""
    suffix = reading.source.format.value
    path = feed.rejects or default_path(Path(feed.path).name if feed.path != "-" else "stdin", suffix, Path.cwd())
    if path.exists():
        raise RejectsInTheWay(
            f"{path} exists already.", field="--rejects", remedy="Name a file that does not exist yet."
        )
    if not os.access(path.absolute().parent, os.W_OK):
        raise RejectsInTheWay(f"{path} cannot be written.", field="--rejects", remedy="Name a file in another folder.")
    return path


class _Importer:
    """Takes chunk after chunk in, and keeps count."""

    def __init__(
        self,
        store_id: int,
        feed: Feed,
        kind: Importable[Any],
        rejects: RejectsFile,
        clock: Callable[[], datetime],
        report: Report,
    ) -> None:
        self.report = report
        self._store_id = store_id
        self._feed = feed
        self._kind = kind
        self._rejects = rejects
        self._clock = clock
        self._run = None if feed.dry_run else feed_persistently(self._start)

    def take_in_all(self, reading: Reading, progress: Callable[[int], None]) -> None:
        try:
            with closing(reading.chunks(self._feed.chunk)) as chunks:
                for candidates in chunks:
                    self._take_in(candidates)
                    progress(reading.source.position())
        except KeyboardInterrupt:
            self._end(ImportRun.State.INTERRUPTED, "interrupted by the user")
        except Refusal as refusal:
            self.report.failure = refusal
            self._end(ImportRun.State.FAILED, refusal.sentence)
        except BaseException as error:
            self._end(ImportRun.State.FAILED, f"{type(error).__name__}: {error}")
            raise
        else:
            self._end(ImportRun.State.FINISHED)

    def _take_in(self, candidates: Sequence[Candidate]) -> None:
        self._record([candidate for candidate in candidates if candidate.thing is not None])
        for candidate in candidates:
            if candidate.thing is None:
                self.report.leave_out(skipped=not candidate.problems)
            self.report.problems.add(candidate.problems)
            self.report.warnings.add(candidate.warnings)
        rejected = [candidate for candidate in candidates if candidate.problems]
        self._rejects.write([(candidate.record, candidate.problems) for candidate in rejected])
        if rejected:
            self.report.rejects_path = str(self._rejects.path)

    def _record(self, candidates: Sequence[Candidate]) -> None:
        """Take these in; where the database refuses them as a whole, halve until the one it refuses stands alone."""
        if not candidates:
            return
        try:
            intake = feed_persistently(lambda: self._in_one_transaction(candidates))
        except DatabaseError as error:
            if len(candidates) == 1:
                sentence = f"the database refuses it: {str(error).splitlines()[0]}"
                problem = Problem(candidates[0].record.line, "", sentence, "Correct the record.", type(error).__name__)
                candidates[0].problems += (problem,)
                self.report.leave_out(skipped=False)
                return
            middle = len(candidates) // 2
            self._record(candidates[:middle])
            self._record(candidates[middle:])
        else:
            self.report.take_in(intake)
            _annotate(candidates, intake)

    @transaction.atomic
    def _in_one_transaction(self, candidates: Sequence[Candidate]) -> Intake:
        now = self._clock()
        things = [candidate.thing for candidate in candidates]
        intake = self._kind.record(store_id=self._store_id, source=self._feed.source, things=things, now=now)
        if self._run is None:
            transaction.set_rollback(True)
        else:
            counts = self.report.counts_with(intake)
            ImportRun.objects.filter(pk=self._run.pk).update(**counts, changed_at=now)
        return intake

    def _start(self) -> ImportRun:
        now = self._clock()
        return ImportRun.objects.create(
            store_id=self._store_id,
            kind=self._kind.key,
            source=self._feed.source,
            file_name=_storable(self.report.file)[:255],
            mapping_name=_storable(self._feed.mapping.name)[:255] if self._feed.mapping is not None else "",
            by=self._feed.by[:80],
            started_at=now,
            changed_at=now,
        )

    def _end(self, state: ImportRun.State, failure: str = "") -> None:
        self.report.state = state.value
        if self._run is None:
            return
        try:
            ImportRun.objects.filter(pk=self._run.pk).update(
                **self.report.counts,
                state=state,
                failure=_storable(failure),
                problems=[asdict(problem) for problem in self.report.problems.most_frequent()],
                warnings=[asdict(warning) for warning in self.report.warnings.most_frequent()],
                rejects_path=_storable(self.report.rejects_path),
                changed_at=self._clock(),
            )
        except Error:
            # The database is gone, which the report says; the run stays "running" with the time of its last chunk.
            self.report.state = ImportRun.State.FAILED.value


def _annotate(candidates: Sequence[Candidate], intake: Intake) -> None:
    """Put refusals and caveats at their place in the file."""
    for index, refusal in intake.refused.items():
        place = candidates[index].place_of(refusal.field)
        remedy = refusal.remedy or "Correct it."
        candidates[index].problems += (Problem(place.line, place.field, refusal.sentence, remedy, refusal.code),)
    for caveat in intake.warnings:
        place = candidates[caveat.index].place_of(caveat.field)
        candidates[caveat.index].warnings += (Problem(place.line, place.field, caveat.sentence, "", caveat.code),)


def _storable(name: str) -> str:
    """File names may hold bytes that are no text."""
    return name.encode(errors="replace").decode()
