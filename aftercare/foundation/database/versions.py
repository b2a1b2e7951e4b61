"""Whether rows are still what they were, without reading them again.

PostgreSQL writes a row anew at every change. Where it stands (ctid) and who wrote it (xmin) tell each writing from every
other, so a sum over both changes with any row that is inserted, updated or deleted, whoever does it and by what statement.
"""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import connection

_WORD = re.compile(r"\w+")


def version_of(rows: str) -> str:
    """SQL for one value that tells which rows there are and how they were last written; `rows` follows FROM, over alias `r`.

    A sum, not an exclusive or: a row that a join brings twice must not cancel itself.
    """
    return f"(SELECT sum(hashtextextended(r.ctid::text || r.xmin::text, 0)) FROM {rows})"  # noqa: S608 -- SQL of ours only


@lru_cache(maxsize=256)
def tables_in(query: str) -> frozenset[str]:
    """The tables of ours that a statement names."""
    return frozenset(_WORD.findall(query)) & {model._meta.db_table for model in apps.get_models()}  # noqa: SLF001 -- Django's own API


@contextmanager
def reading_only(tables: Collection[str]) -> Iterator[set[str]]:
    """Within: gathers what is read besides these tables."""
    strangers: set[str] = set()

    def watch(execute: Callable[..., Any], query: str, *more: Any) -> Any:
        strangers.update(tables_in(query).difference(tables))
        return execute(query, *more)

    with connection.execute_wrapper(watch):
        yield strangers
