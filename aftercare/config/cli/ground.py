"""What commands stand on: a database that runs and is of this version, and refusals as one sentence."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from django.conf import settings

from aftercare.config.prepare import prepare
from aftercare.foundation.database.embedded.errors import EmbeddedPostgresError
from aftercare.foundation.database.embedded.server import EmbeddedPostgres
from aftercare.foundation.kit.errors import Refusal

P = ParamSpec("P")
T = TypeVar("T")


class Refused(click.ClickException):
    """A refusal, said on the command line."""

    exit_code = 2

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(" ".join(part for part in (refusal.sentence, refusal.remedy) if part))


@contextmanager
def database() -> Iterator[None]:
    """Within, the database runs: someone else's if DATABASE_URL names one, else the embedded server."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        yield
        return
    try:
        lease = EmbeddedPostgres(settings.HOME / "postgres").acquire()
    except EmbeddedPostgresError as error:
        raise click.ClickException(str(error)) from error
    with lease:
        yield


def with_database(command: Callable[P, T]) -> Callable[P, T]:
    """Decorator: the command runs with the database up and the tables there."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        with database():
            try:
                prepare()
                return command(*args, **kwargs)
            except Refusal as refusal:
                where = f"{refusal.field}: " if refusal.field else ""
                raise click.ClickException(" ".join(filter(None, [where + refusal.sentence, refusal.remedy]))) from None

    return wrapped
