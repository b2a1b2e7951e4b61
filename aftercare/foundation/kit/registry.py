"""Registries of kinds: a folder is the list.

A kind is a class that owns everything any screen, report or API needs to know about it. Its folder's `__init__.py`
states the base class and a `Registry`; every module dropped into the folder, and every entry point of an installed
package in the group of the same name, adds entries. Capabilities may also register their own from `steps.py` and the
like.
"""

import importlib
import pkgutil
import threading
from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from aftercare.foundation.kit.errors import NotFound

Kind = TypeVar("Kind")


class DuplicateKey(Exception):  # noqa: N818 -- read as a sentence
    """Two kinds claim the same key."""


class Registry(Generic[Kind]):
    """Kinds by key, in the order they registered."""

    def __init__(self, package: str) -> None:
        self.package = package
        self._kinds: dict[str, Kind] = {}
        self._loaded = threading.Event()
        self._is_loading = False
        self._loading = threading.RLock()

    def register(self, key: str, kind: Kind) -> None:
        """Add a kind; a second one of the same key is refused."""
        if key in self._kinds and self._kinds[key] is not kind:
            message = f"{self.package}: two kinds are called '{key}'"
            raise DuplicateKey(message)
        self._kinds[key] = kind

    def __getitem__(self, key: str) -> Kind:
        self.load()
        if key not in self._kinds:
            raise NotFound(f"There is no '{key}' among {self.package.rpartition('.')[2]}: {', '.join(self._kinds)}.")
        return self._kinds[key]

    def __contains__(self, key: object) -> bool:
        self.load()
        return key in self._kinds

    def __iter__(self) -> Iterator[Kind]:
        self.load()
        return iter(self._kinds.values())

    def keys(self) -> list[str]:
        """Every key, in order of registration."""
        self.load()
        return list(self._kinds)

    def load(self) -> None:
        """Import every module of the folder and every entry point, once; other threads wait until all are there."""
        if self._loaded.is_set():
            return
        with self._loading:
            # A module that asks while it is being imported gets what there is so far.
            if self._loaded.is_set() or self._is_loading:
                return
            self._is_loading = True
            try:
                self._import_all()
                self._loaded.set()
            finally:
                self._is_loading = False

    def _import_all(self) -> None:
        package = importlib.import_module(self.package)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self.package}.{module.name}")
        for entry in entry_points(group=self.package):
            entry.load()
