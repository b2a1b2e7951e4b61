"""python-liquid set up for merchants: no files, no clock, bounded; the parser for both ways of rendering."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from liquid import BoundTemplate, Environment, RenderContext, Token
from liquid.utils import ReadOnlyChainMap

from aftercare.foundation.kit.liquid.bounded_filters import bounded_filters
from aftercare.foundation.kit.liquid.limits import Limits, Meter
from aftercare.foundation.kit.liquid.locale_filters import LOCALE_FILTERS

# Templates are one piece; what they share is put together before they are compiled.
_TAGS_OF_FILES = ("include", "render")


class SandboxContext(RenderContext):
    """python-liquid's state of one rendering, without `now` and `today` and with our meter."""

    __slots__ = ("meter",)

    def __init__(self, template: BoundTemplate, **options: Any) -> None:
        super().__init__(template, **options)
        self.scope = ReadOnlyChainMap(self.locals, self.globals, self.counters)
        self.meter = Meter(limits_of(template.env))

    def raise_for_loop_limit(self, length: int = 1) -> None:
        """Count all iterations; python-liquid only multiplies those of nested loops."""
        self.meter.loop(length)

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        """The filter `name`, with what it reads accounted for."""
        function = super().filter(name, token)

        def metered(value: object, *arguments: Any, **named: Any) -> object:
            return function(self.meter.sized(value), *arguments, **named)

        return metered


class SandboxTemplate(BoundTemplate):
    """A parsed template that renders in a SandboxContext."""

    context_class = SandboxContext


@lru_cache(maxsize=32)
def environment(*, autoescape: bool, limits: Limits) -> Environment:
    """The environment for these settings; one per process, python-liquid does not change it while rendering."""

    class Sandbox(Environment):
        template_class = SandboxTemplate
        block_nesting_limit = limits.nesting
        output_stream_limit = limits.output_size
        local_namespace_limit = limits.namespace_size
        bounds = limits

    sandbox = Sandbox(autoescape=autoescape)
    for name in _TAGS_OF_FILES:
        del sandbox.tags[name]
    for name, function in (LOCALE_FILTERS | bounded_filters(limits)).items():
        sandbox.add_filter(name, function)
    return sandbox


def limits_of(sandbox: Environment) -> Limits:
    """The limits an environment of ours was made with."""
    limits = getattr(sandbox, "bounds", None)
    assert isinstance(limits, Limits)
    return limits
