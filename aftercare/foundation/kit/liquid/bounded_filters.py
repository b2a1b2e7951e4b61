"""python-liquid's filters whose own form would let a template eat memory or read the clock, held within bounds.

Everything within the bounds has the same result as python-liquid's. The one difference on purpose is `date`: "now" and
"today" mean the `now` of the context instead of the clock, and numbers are instants in UTC, not in the server's zone.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from dateutil.parser import ParserError, parse  # type: ignore[import-untyped]
from liquid import Environment, Markup
from liquid.builtin.filters.array import join
from liquid.builtin.filters.math import times
from liquid.builtin.filters.string import replace
from liquid.filter import with_context, with_environment
from liquid.undefined import is_undefined

from aftercare.foundation.kit.liquid.limits import Limits, bounded_number
from aftercare.foundation.kit.liquid.locale_filters import Scope
from aftercare.foundation.kit.liquid.problems import TemplateLimitExceeded, TemplateRenderProblem

# What dateutil fills in for the parts a text leaves out; its own default is the current day.
_MISSING_PARTS = datetime(2000, 1, 1)  # noqa: DTZ001 -- parts, not an instant


def bounded_filters(limits: Limits) -> dict[str, Callable[..., Any]]:
    """The replacements to register over python-liquid's filters of the same names."""

    def bounded_replace(value: object, wanted: object, replacement: object = "") -> object:
        text, old, new = str(value), str(wanted), str(replacement)
        occurrences = len(text) + 1 if old == "" else text.count(old)
        _refuse_longer(len(text) + occurrences * len(new), limits)
        return replace(value, wanted, replacement)

    @with_environment
    def bounded_join(value: Any, separator: object = " ", *, environment: Environment) -> object:
        if isinstance(value, list | tuple | range):
            _refuse_longer(len(value) * len(str(separator)), limits)
        return join(value, separator, environment=environment)

    return {"replace": bounded_replace, "join": bounded_join, "times": _bounded_times, "date": _date}


def _refuse_longer(size: int, limits: Limits) -> None:
    if size > limits.output_size:
        raise TemplateLimitExceeded(f"a text grows beyond {limits.output_size} characters", remedy="Repeat less.")


def _bounded_times(value: object, other: object) -> object:
    return bounded_number(times(value, other))


@with_context
def _date(value: object, pattern: object, *, context: Scope) -> str:
    if is_undefined(value):
        return ""
    if is_undefined(pattern):
        return str(value)
    moment = _moment(context.resolve("now", default="") if value in ("now", "today") else value)
    if moment is None:
        if isinstance(value, str | int):
            return str(value)
        raise TemplateRenderProblem(f"date wants a date, not a {type(value).__name__}")
    if not isinstance(pattern, str):
        raise TemplateRenderProblem(f"date wants a pattern such as '%d.%m.%Y', not '{pattern}'")
    written = moment.strftime(pattern)
    return Markup(written) if isinstance(pattern, Markup) else written


def _moment(value: object) -> date | None:
    if isinstance(value, date):
        return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
    try:
        if isinstance(value, int) or (isinstance(value, str) and value.isdigit()):
            return datetime.fromtimestamp(int(value), tz=UTC)
        return parse(value, default=_MISSING_PARTS) if isinstance(value, str) else None
    except (ParserError, OverflowError, OSError, ValueError):
        return None
