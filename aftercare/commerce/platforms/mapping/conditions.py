"""Whether something of a mapping applies to a record."""

from aftercare.commerce.platforms.mapping.columns import Reader
from aftercare.commerce.platforms.mapping.document import ConditionSpec, When
from aftercare.commerce.platforms.mapping.plan import Condition
from aftercare.commerce.platforms.mapping.scope import Scope


def compile_condition(when: When, reader: Reader, place: str) -> Condition:
    """A condition as a function; of several, all must hold."""
    parts = when if isinstance(when, list) else [when]
    conditions = [_one(part, reader, f"{place}.when") for part in parts]
    return lambda scope: all(condition(scope) for condition in conditions)


def _one(part: str | ConditionSpec, reader: Reader, place: str) -> Condition:
    spec = ConditionSpec(column=part) if isinstance(part, str) else part
    get = reader.text(spec.column, place)
    wanted, unwanted = _words(spec.is_), _words(spec.not_)

    def holds(scope: Scope) -> bool:
        text = get(scope)
        if wanted is None and unwanted is None:
            return bool(text)
        return (wanted is None or text in wanted) and (unwanted is None or text not in unwanted)

    return holds


def _words(given: str | list[str] | None) -> frozenset[str] | None:
    if given is None:
        return None
    return frozenset([given] if isinstance(given, str) else given)
