"""Which of a store's customers a statement is about: some by their ids, or a stretch of ids."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Some:
    """These customers."""

    ids: Collection[int]

    def sql(self, column: str) -> str:
        return f"{column} = ANY(%(ids)s::bigint[])"

    def parameters(self) -> dict[str, object]:
        # As text, for an array of thousands of numbers is adapted one by one.
        return {"ids": f"{{{','.join(map(str, self.ids))}}}"}


@dataclass(frozen=True)
class Stretch:
    """Those whose ids lie after one and not after the other."""

    after: int
    to: int

    def sql(self, column: str) -> str:
        return f"({column} > %(after)s AND {column} <= %(to)s)"

    def parameters(self) -> dict[str, object]:
        return {"after": self.after, "to": self.to}


Scope = Some | Stretch
