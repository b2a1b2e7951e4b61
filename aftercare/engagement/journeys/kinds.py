"""Reading what a definition says of a step or condition the way its kind does."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from aftercare.foundation.kit.errors import Refusal


def parse_config(kinds: Any, kind: str, config: Mapping[str, Any]) -> BaseModel | None:
    """The settings as their kind reads them; None where it is unknown or they do not fit."""
    if kind not in kinds:
        return None
    try:
        parsed: BaseModel = kinds[kind].Config.model_validate(config)
    except (ValidationError, Refusal):
        return None
    return parsed
