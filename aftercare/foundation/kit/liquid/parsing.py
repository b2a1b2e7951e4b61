"""Parsing: a template is well formed, and the tags and filters it names exist, or it is refused with the line."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from liquid import BoundTemplate
from liquid.exceptions import LiquidError, ResourceLimitError

from aftercare.foundation.kit.liquid.environment import environment
from aftercare.foundation.kit.liquid.limits import DEFAULT_LIMITS, Limits
from aftercare.foundation.kit.liquid.problems import TemplateLimitExceeded, TemplateSyntaxProblem
from aftercare.foundation.kit.liquid.tags import endless_tag


def parse(source: str, *, autoescape: bool, limits: Limits = DEFAULT_LIMITS) -> BoundTemplate:
    """The syntax tree of `source`; raises TemplateSyntaxProblem or TemplateLimitExceeded, with the line."""
    if len(source) > limits.source_size:
        raise TemplateLimitExceeded(
            f"the template is longer than {limits.source_size} characters", remedy="Split it, or host images elsewhere."
        )
    _check_ends(source)
    sandbox = environment(autoescape=autoescape, limits=limits)
    try:
        template = sandbox.from_string(source)
        for name, places in template.analyze().filters.items():
            if name not in sandbox.filters:
                raise TemplateSyntaxProblem(
                    f"there is no filter '{name}'",
                    line=line_of(source, places[0].index),
                    column=column_of(source, places[0].index),
                    remedy=_suggestion(name, sandbox.filters),
                )
    except ResourceLimitError as limit:
        raise TemplateLimitExceeded(f"{limit.message}: blocks nest deeper than {limits.nesting}") from limit
    except RecursionError as error:
        raise TemplateLimitExceeded("an expression is too long", remedy="Split it with `assign`.") from error
    except LiquidError as error:
        if isinstance(error.__cause__, RecursionError):
            raise TemplateLimitExceeded("an expression is too long", remedy="Split it with `assign`.") from error
        raise _syntax_problem(error, source) from error
    return template


def _check_ends(source: str) -> None:
    """Python-liquid takes ever longer to find that tags do not end; we know at once."""
    tag = endless_tag(source)
    if tag is not None:
        raise TemplateSyntaxProblem(
            f"'{tag.text}' does not end", line=line_of(source, tag.start), column=column_of(source, tag.start),
            remedy="Close it.",
        )  # fmt: skip


def _syntax_problem(error: LiquidError, source: str) -> TemplateSyntaxProblem:
    # What is missing at the end has no place of its own.
    place = error.token.start_index if error.token and error.token.start_index >= 0 else len(source)
    return TemplateSyntaxProblem(
        str(error.message), line=line_of(source, place), column=column_of(source, place),
        remedy="Correct the tag or output on that line.",
    )  # fmt: skip


def line_of(source: str, offset: int) -> int:
    """The line, from 1, that the character at `offset` stands in."""
    return source.count("\n", 0, offset) + 1


def column_of(source: str, offset: int) -> int:
    """The column, from 1, of the character at `offset`."""
    return offset - source.rfind("\n", 0, offset)


def _suggestion(name: str, known: Mapping[str, Any]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"Did you mean '{close[0]}'?" if close else ""
