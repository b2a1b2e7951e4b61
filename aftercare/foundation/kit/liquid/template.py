"""Compile a template once, render it many times."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from liquid import BoundTemplate
from liquid.exceptions import LiquidError, ResourceLimitError
from liquid.undefined import Undefined

# The escape of MarkupSafe without the Markup object around its result, which costs ten times the escaping.
from markupsafe import _escape_inner as escape  # type: ignore[attr-defined]

from aftercare.foundation.kit.liquid import semantics
from aftercare.foundation.kit.liquid.code import CodeWriter, Unsupported
from aftercare.foundation.kit.liquid.limits import DEFAULT_LIMITS, Limits, Meter
from aftercare.foundation.kit.liquid.names import Names
from aftercare.foundation.kit.liquid.parsing import line_of, parse
from aftercare.foundation.kit.liquid.plain_data import Context, PlainContext, plain
from aftercare.foundation.kit.liquid.problems import (
    TemplateLimitExceeded,
    TemplateProblem,
    TemplateRenderProblem,
)
from aftercare.foundation.kit.liquid.statements import StatementWriter

Fill = Callable[[PlainContext, Meter, list[str]], None]

# What data that do not fit a template raise, in python-liquid and in what we generate.
_RENDER_ERRORS = (TemplateProblem, LiquidError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError)

_FILENAME = "<liquid>"


def compile_template(source: str, *, autoescape: bool, limits: Limits = DEFAULT_LIMITS) -> "CompiledTemplate":
    """Prepare `source` for rendering; raises TemplateSyntaxProblem or TemplateLimitExceeded.

    `autoescape` is for HTML: values are escaped unless they are marked safe. Compile once per template version; the
    result may be shared by threads.
    """
    template = parse(source, autoescape=autoescape, limits=limits)
    try:
        return _GeneratedTemplate(source, template, limits)
    except (Unsupported, SyntaxError, RecursionError, MemoryError):
        # Python's compiler refuses more than twenty loops in one another, or parentheses too deep (a MemoryError).
        return CompiledTemplate(source, template, limits)


class CompiledTemplate:
    """A template ready to render, by python-liquid itself; the generated kind overrides how."""

    def __init__(self, source: str, template: BoundTemplate, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self._template = template

    def render(self, context: Context) -> str:
        """The output for `context`, which holds plain data only.

        Raises TemplateLimitExceeded, or TemplateRenderProblem where the data do not fit.
        """
        return "".join(self.render_parts(context))

    def render_parts(self, context: Context) -> list[str]:
        """The output in pieces: its fixed text comes as the same string objects every time (`fixed_parts`)."""
        checked = plain(context)
        try:
            return self._parts(checked)
        except ResourceLimitError as limit:
            raise TemplateLimitExceeded(str(limit.message), line=_line_of(limit, self.source)) from limit
        except _RENDER_ERRORS as error:
            raise self._problem(error) from error

    def by_python_liquid(self) -> "CompiledTemplate":
        """The same template rendered by python-liquid itself, for comparison."""
        return CompiledTemplate(self.source, self._template, self.limits)

    @cached_property
    def fixed_parts(self) -> frozenset[str]:
        """The pieces that do not depend on the context."""
        return frozenset()

    def _parts(self, context: PlainContext) -> list[str]:
        return [self._template.render(context)]

    def _problem(self, error: Exception) -> TemplateProblem:
        if isinstance(error, TemplateProblem):  # of a filter or limit of ours, which do not know where they stand
            return type(error)(error.sentence, line=self._line(error), remedy=error.remedy)
        sentence = str(error.message) if isinstance(error, LiquidError) else str(error) or type(error).__name__
        return TemplateRenderProblem(sentence, line=self._line(error))

    def _line(self, error: Exception) -> int | None:
        return _line_of(error, self.source)


class _GeneratedTemplate(CompiledTemplate):
    """A template as a Python function."""

    def __init__(self, source: str, template: BoundTemplate, limits: Limits) -> None:
        super().__init__(source, template, limits)
        self.python, self._positions, constants, self._texts = _generate(template)
        module: dict[str, Any] = _namespace(autoescape=template.env.autoescape) | constants
        # The text holds names made by CodeWriter and literals made by repr(), nothing else of the template's.
        exec(compile(self.python, _FILENAME, "exec"), module)  # noqa: S102
        self._fill: Fill = module["fill"]

    @cached_property
    def fixed_parts(self) -> frozenset[str]:
        """The texts between tags, as the generated function holds them."""
        # Python's own copies: compared by identity, a part is found in half the time.
        return frozenset(text for text in _constants_of(self._fill) if isinstance(text, str) and text in self._texts)

    def _parts(self, context: PlainContext) -> list[str]:
        out: list[str] = []
        meter = Meter(self.limits)
        self._fill(context, meter, out)
        meter.output(out)
        return out

    def _line(self, error: Exception) -> int | None:
        step = error.__traceback__
        while step is not None:
            if step.tb_frame.f_code.co_filename == _FILENAME:
                return line_of(self.source, self._positions[step.tb_lineno])
            step = step.tb_next
        return None


def _generate(template: BoundTemplate) -> tuple[str, list[int], dict[str, object], set[str]]:
    """The Python text of `fill`, the template offset of each line, the constants it names, the texts it writes."""
    code = CodeWriter()
    names = Names(code, template)
    writer = StatementWriter(code, names, template)
    writer.nodes(template.nodes)
    head = ["def fill(context, meter, out):", " local = {}", " counters = {}", " cycles = {}", " sized = meter.sized"]
    if writer.expressions.needs_scope:
        head.append(" scope = LocalScope(local, context)")
    head += [f" {name} = context.get({path!r}, {names.nothing(path)})" for path, name in names.fetches.items()]
    lines = [*head, *code.lines]
    return "\n".join(lines) + "\n", [0] * (len(head) + 1) + code.positions, code.constants, writer.fixed_texts


def _namespace(*, autoescape: bool) -> dict[str, Any]:
    """What generated code may call; it has no builtins but these."""
    helpers = (
        semantics.item,
        semantics.truthy,
        semantics.equal,
        semantics.less,
        semantics.less_or_equal,
        semantics.contains,
        semantics.range_between,
        semantics.loop_items,
        semantics.loop_slice,
        semantics.next_of_cycle,
        semantics.LocalScope,
    )
    return {helper.__name__: helper for helper in helpers} | {
        "__builtins__": {},
        "MISSING": (LookupError, TypeError),
        "Undefined": Undefined,
        "enumerate": enumerate,
        "len": len,
        "list": list,
        "str": str,
        "type": type,
        "escape": escape,
        "text": semantics.escaped_text if autoescape else semantics.plain_text,
        "captured": semantics.captured_markup if autoescape else semantics.captured_text,
    }


def _constants_of(function: Fill) -> list[Any]:
    constants: list[Any] = []
    for constant in function.__code__.co_consts:
        constants.extend(constant if isinstance(constant, tuple) else [constant])
    return constants


def _line_of(error: Exception, source: str) -> int | None:
    token = error.token if isinstance(error, LiquidError) else None
    if token is None or token.start_index < 0:
        return None
    return line_of(source, token.start_index)
