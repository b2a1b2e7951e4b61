"""The tenant guard: which store's rows may be touched right now."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self, TypeVar

from django.db import models

ACROSS = -1
_active: ContextVar[int | None] = ContextVar("active_store", default=None)


class NoStoreActive(Exception):  # noqa: N818 -- read as a sentence
    """Rows of a store were asked for outside `store_scope`, or by a query built in another scope."""


@contextmanager
def store_scope(store_id: int) -> Iterator[None]:
    """Within: only rows of this store exist."""
    token = _active.set(store_id)
    try:
        yield
    finally:
        _active.reset(token)


@contextmanager
def across_stores(reason: str) -> Iterator[None]:
    """Within: rows of every store exist. For the few places that serve all of them; the reason is for the reader."""
    assert reason
    token = _active.set(ACROSS)
    try:
        yield
    finally:
        _active.reset(token)


def active_store_id() -> int:
    """The store in whose scope we are; raises NoStoreActive outside."""
    store_id = _active.get()
    if store_id is None or store_id == ACROSS:
        raise NoStoreActive("no single store is active: open store_scope(store_id) first")
    return store_id


Row = TypeVar("Row", bound=models.Model)


class StoreQuerySet(models.QuerySet[Row]):
    """Refuses to run outside the scope it was built in. Every way to evaluate a query set asks for `db` first."""

    _scope: int | None = None

    @property
    def db(self) -> str:
        active = _active.get()
        if active is None or (active not in (self._scope, ACROSS)):
            message = f"{self.model._meta.label}: query outside the store_scope it was built in"  # noqa: SLF001 -- Django's own API
            raise NoStoreActive(message)
        return super().db

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]  # private in Django, and its documented hook for subclasses
        clone._scope = self._scope
        return clone

    def raw(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002 -- Django's signature
        """Hand-written SQL is not filtered by the guard, so it goes through `foundation.database` with the store named."""
        raise NoStoreActive("raw() is not guarded; use foundation.database.bulk and name the store in the query")


class StoreManager(models.Manager[Row]):
    """Filters by the active store; also what related managers are made from."""

    def get_queryset(self) -> StoreQuerySet[Row]:
        queryset: StoreQuerySet[Row] = self._queryset_class(model=self.model, using=self._db, hints=self._hints)  # type: ignore[attr-defined]  # set by from_queryset
        active = _active.get()
        queryset._scope = active  # noqa: SLF001 -- our own query set
        return queryset if active is None or active == ACROSS else queryset.filter(store_id=active)


GuardedManager = StoreManager.from_queryset(StoreQuerySet)
