"""The mapping file. It only declares, on purpose; whoever needs a program writes NDJSON with one."""

import difflib
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from aftercare.commerce.platforms.errors import BadMapping

GUIDE = "docs/howto/import.md"
SOURCES = ("column", "constant", "template", "first", "latest", "sum", "all")
_NO_STEPS = ("kinds", "[key]")
_JOIN_NAME = re.compile("[a-z][a-z0-9_]{0,30}")


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"'{value}' is no IANA time zone, such as Europe/Berlin"
        raise ValueError(message) from None
    return value


def _join_name(value: str) -> str:
    if not _JOIN_NAME.fullmatch(value):
        message = f"'{value}' cannot name a join: use a-z, 0-9 and _"
        raise ValueError(message)
    return value


Zone = Annotated[str, AfterValidator(_known_zone)]
JoinName = Annotated[str, AfterValidator(_join_name)]


class Section(BaseModel):
    """Unknown keys are refused: a misspelt one would be without effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ConditionSpec(Section):
    """Holds where the column is filled; with `is` where it is one of these; with `not` where it is none of these."""

    column: str
    is_: Annotated[str | list[str] | None, Field(alias="is")] = None
    not_: Annotated[str | list[str] | None, Field(alias="not")] = None


When = str | ConditionSpec | list[str | ConditionSpec]


class ValueSpec(Section):
    """Where one value comes from (exactly one of the first seven) and how it is read.

    column: that column. constant: always the same. template: text with {columns}. first: the first of these that is
    filled. latest: the latest of these times. sum: these columns added up over all joined rows. all: every distinct
    value of that column, as a list.
    """

    column: str | None = None
    constant: str | int | float | bool | None = None
    template: str | None = None
    first: list["str | ValueSpec"] | None = None
    latest: list[str] | None = None
    sum: list[str] | None = None
    all: str | None = None
    when: When | None = None
    values: dict[str, str | int | bool] | None = None
    otherwise: str | int | bool | None = None
    split: str | None = None
    time: str | None = None
    zone: Zone | None = None
    end_of_day: bool = False
    decimal: Literal[".", ","] | None = None
    factor: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [name for name in SOURCES if getattr(self, name) is not None]
        if len(given) != 1:
            message = f"needs exactly one of {', '.join(SOURCES)}"
            raise ValueError(message)
        if self.otherwise is not None and self.values is None:
            message = "'otherwise' goes with 'values'"
            raise ValueError(message)
        return self


class JoinSpec(Section):
    """Rows of `file` whose column `key` equals our column `on` (the same name unless `key` says otherwise).

    A key stands there once, unless `many` is true; with "first" the first of several rows counts alone.
    """

    file: str
    on: str
    key: str | None = None
    of: JoinName | None = None
    many: bool | Literal["first"] = False


class ItemSpec(Section):
    """The keys of a list item's table that are no fields: one item for `each` of these rows, or for each distinct value
    of their column `by`, where `when` holds. Without `each` there is one item per record.
    """

    each: str | None = None
    by: str | None = None
    when: When | None = None


class CheckSpec(Section):
    """A rule of the file's own: times that follow each other (`in_order`), or a column to be filled (`needed`).

    `say` tells people what it means where it is broken.
    """

    in_order: Annotated[list[str], Field(min_length=2)] | None = None
    needed: str | None = None
    when: When | None = None
    otherwise: Literal["warn", "reject"]
    say: str | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if (self.in_order is None) == (self.needed is None):
            message = "needs exactly one of in_order, needed"
            raise ValueError(message)
        return self


class KindSpec(Section):
    """How one kind of record is made. Records that do not meet `when` are skipped, once `checks` have looked at them;
    `group` names the column whose equal consecutive values make one record of several rows.
    """

    fields: dict[str, Any]
    join: dict[JoinName, JoinSpec] = {}
    when: When | None = None
    group: str | None = None
    checks: list[CheckSpec] = []


class MappingFile(Section):
    """Zone and formats for the whole file, then a section per kind."""

    zone: Zone | None = None
    time: str | None = None
    decimal: Literal[".", ","] = "."
    kinds: dict[str, KindSpec]


def load_mapping(path: Path, *, known_kinds: Sequence[str]) -> MappingFile:
    """Read and check a mapping file; raises BadMapping naming section, key and remedy."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadMapping(f"The mapping {path} cannot be read: {error.strerror}.", field="--map") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMapping(f"{path.name} is no TOML: {error}.", field="--map", remedy="Correct that place.") from error
    settings = {name: content.pop(name) for name in ("zone", "time", "decimal") if name in content}
    for name in content:
        if name not in known_kinds:
            raise BadMapping(
                f"{path.name}: there is no section or setting '{name}'.",
                field=name,
                remedy=suggestion(name, [*known_kinds, "zone", "time", "decimal"]),
            )
    return checked(MappingFile, {**settings, "kinds": content}, place="")


SpecModel = TypeVar("SpecModel", bound=Section)


def checked(model: type[SpecModel], content: Any, *, place: str) -> SpecModel:
    """A part of the mapping as its model; raises BadMapping with the place of the mistake."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        # Of a value that may be written in several ways each way complains; the one that got furthest was meant.
        worst = max(error.errors(include_url=False), key=lambda item: len(item["loc"]))
        raise _bad_mapping(worst["type"], worst["msg"], _path(content, worst["loc"], place)) from None


def _bad_mapping(kind: str, message: str, path: list[str]) -> BadMapping:
    where = ".".join(path)
    if kind == "extra_forbidden":
        known = {
            info.alias or name for section in Section.__subclasses__() for name, info in section.model_fields.items()
        }
        return BadMapping(f"{where}: there is no such key.", field=where, remedy=suggestion(path[-1], sorted(known)))
    return BadMapping(f"{where}: {message.removeprefix('Value error, ')}.", field=where, remedy=f"See {GUIDE}.")


def _path(content: Any, location: Sequence[int | str], place: str) -> list[str]:
    """The steps of an error's location that stand in the document, without those that name alternatives of a type."""
    path = [place] if place else []
    for step in location:
        if (isinstance(content, dict) and step in content) or (isinstance(content, list) and isinstance(step, int)):
            content = content[step]  # type: ignore[index]  # a key of a dict or an index of a list
        elif step != location[-1] or isinstance(step, int):
            continue
        if step not in _NO_STEPS:
            path.append(str(step))
    return path


def suggestion(wrong: str, known: Sequence[str]) -> str:
    """What was probably meant, or all there is."""
    close = difflib.get_close_matches(wrong, known, n=1)
    return f"Did you mean '{close[0]}'?" if close else f"There are: {', '.join(known)}."
