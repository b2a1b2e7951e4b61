"""The source as the conventions see it: every module of ours, parsed once."""

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "aftercare"


@dataclass(frozen=True)
class Module:
    """One file of ours. `capability` is its leaf folder, such as aftercare.commerce.orders."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts)

    @property
    def capability(self) -> str:
        return ".".join(self.path.relative_to(ROOT).parts[:3])

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        return sum(1 for line in self.text.splitlines() if line.strip())


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package but migrations."""
    paths = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
    return tuple(Module(path, path.read_text(encoding="utf-8")) for path in paths)


def planted(text: str, name: str = "aftercare/commerce/orders/planted.py") -> Module:
    """A module that is not there, to see that a check finds what it looks for."""
    return Module(ROOT / name, text)
