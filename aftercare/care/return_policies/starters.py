"""Policies to begin with: each a file in `starters/`, as shops of a kind publish them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from aftercare.care.return_policies.policy.rules import Policy
from aftercare.care.return_policies.reading import read_policy


@dataclass(frozen=True, slots=True)
class Starter:
    """A policy with what it is for."""

    key: str
    name: str
    description: str
    policy: Policy


@cache
def starters() -> tuple[Starter, ...]:
    """All of them, by their keys."""
    folder = files(__package__).joinpath("starters")
    found = []
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        key = file.name.removesuffix(".toml")
        policy = read_policy({"rules": told["rules"]}, within=key)
        found.append(Starter(key, told["name"], told["description"], policy))
    return tuple(found)


def starter(key: str) -> Starter | None:
    """One by its key."""
    return next((one for one in starters() if one.key == key), None)
