"""Expressions of the syntax tree as Python expressions; look-ups become statements before them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from liquid import BoundTemplate
from liquid.builtin import expressions as syntax
from liquid.builtin.expressions import logical, primitive
from liquid.builtin.expressions.arguments import KeywordArgument, PositionalArgument
from liquid.builtin.expressions.filtered import Filter
from liquid.expression import Expression
from markupsafe import Markup

from aftercare.foundation.kit.liquid.code import CodeWriter, Unsupported
from aftercare.foundation.kit.liquid.names import Names

_COMPARISONS: dict[type[Expression], str] = {
    logical.EqExpression: "equal({left}, {right})",
    logical.NeExpression: "(not equal({left}, {right}))",
    logical.LtExpression: "less({left}, {right})",
    logical.GtExpression: "less({right}, {left})",
    logical.LeExpression: "less_or_equal({left}, {right})",
    logical.GeExpression: "less_or_equal({right}, {left})",
    logical.ContainsExpression: "contains({left}, {right})",
}

_LOOP_PROPERTIES = {
    "index": "({index} + 1)",
    "index0": "{index}",
    "rindex": "({length} - {index})",
    "rindex0": "({length} - {index} - 1)",
    "first": "({index} == 0)",
    "last": "({index} == {length} - 1)",
    "length": "{length}",
}

# Constant time whatever they read: metering them would cost more than they do.
_UNMETERED = frozenset(
    {
        *("money", "number", "local_date", "local_time", "local_datetime", "date"),
        *("plus", "minus", "times", "divided_by", "modulo", "abs", "ceil", "floor", "round", "at_least", "at_most"),
        *("size", "default", "first", "last"),
    }
)


class ExpressionWriter:
    """Writes expressions into `code`, with names resolved by `names`."""

    def __init__(self, code: CodeWriter, names: Names, template: BoundTemplate) -> None:
        self.code = code
        self.names = names
        self.env = template.env
        self.needs_scope = False
        self._filters: dict[str, str] = {}

    def value(self, expression: Expression) -> str:
        """A Python expression for the value; paths always become plain names."""
        match expression:
            case syntax.Path():
                return self._path(expression)
            case syntax.FilteredExpression():
                value = self.value(expression.left)
                for step in expression.filters or ():
                    value = self._filtered(step, value)
                return value
            case primitive.RangeLiteral():
                return f"range_between(meter, {self.value(expression.start)}, {self.value(expression.stop)})"
            case _:
                return self._literal(expression)

    def condition(self, expression: Expression) -> str:
        """A Python expression for whether `expression` is true in Liquid."""
        match expression:
            case syntax.BooleanExpression():
                return self.condition(expression.expression)
            case logical.LogicalAndExpression():
                return f"({self.condition(expression.left)} and {self.condition(expression.right)})"
            case logical.LogicalOrExpression():
                return f"({self.condition(expression.left)} or {self.condition(expression.right)})"
        if type(expression) in _COMPARISONS:
            return self._comparison(expression)
        value = self.value(expression)
        if not value.isidentifier():
            return f"truthy({value})"
        return f"({value} is not None and {value} is not False and type({value}) is not Undefined)"

    def constant_text(self, expression: Expression) -> str | None:
        """The text of an output that is the same for everyone, such as `{{ '{{' }}`."""
        match expression:
            case syntax.FilteredExpression(left=syntax.StringLiteral(value=text), filters=None | []):
                return str(text)
        return None

    def _comparison(self, expression: Any) -> str:
        left, right = self.value(expression.left), self.value(expression.right)
        if isinstance(expression, logical.EqExpression) and isinstance(expression.right, syntax.StringLiteral):
            return f"({left} == {right})"  # a text equals nothing but the same text, in Python too
        return _COMPARISONS[type(expression)].format(left=left, right=right)

    def _literal(self, expression: Expression) -> str:
        match expression:
            case syntax.StringLiteral():
                text = expression.value
                return self.code.constant(Markup(text)) if self.env.autoescape else repr(text)  # noqa: S704 -- theirs
            case primitive.TrueLiteral():
                return "True"
            case primitive.FalseLiteral():
                return "False"
            case syntax.Nil():
                return "None"
            case primitive.IntegerLiteral() | primitive.FloatLiteral() | primitive.Empty() | primitive.Blank():
                value = expression.value if isinstance(expression, primitive.Literal) else expression
                return self.code.constant(value)
        raise Unsupported(type(expression).__name__)

    def _path(self, path: syntax.Path) -> str:
        root, *segments = path.path
        if not isinstance(root, str):
            raise Unsupported("a variable whose name is computed")
        if root == "forloop" and self.names.loops:
            return self._loop_property(segments)
        if not segments:
            return self.names.root(root)
        container = self.names.root(root)
        fixed = self.names.is_fixed(root) and not any(isinstance(segment, syntax.Path) for segment in segments)
        key = f"{container} {path}"
        if fixed and (known := self.names.known(key)):
            return known
        variable = self._look_up(root, container, segments)
        if fixed:
            self.names.remember(key, variable)
        return variable

    def _look_up(self, root: str, container: str, segments: list[Any]) -> str:
        for segment in segments:
            if isinstance(segment, syntax.Path):
                container = f"item({container}, {self._path(segment)})"
            elif isinstance(segment, int) or segment in ("size", "first", "last"):
                container = f"item({container}, {segment!r})"
            else:
                container = f"{container}[{segment!r}]"
        variable = self.code.name("v")
        self.code.line(f"try: {variable} = {container}")
        self.code.line(f"except MISSING: {variable} = {self.names.nothing(root)}")
        return variable

    def _loop_property(self, segments: list[Any]) -> str:
        loops = list(self.names.loops)
        if any(loop.identifier == "forloop" for loop in loops):
            raise Unsupported("a loop over variables named forloop")
        while segments and segments[0] == "parentloop" and len(loops) > 1:
            loops.pop()
            segments = segments[1:]
        if len(segments) != 1 or not isinstance(segments[0], str) or segments[0] not in _LOOP_PROPERTIES:
            raise Unsupported("forloop as a value")
        loop = loops[-1]
        loop.counted = True
        variable = self.code.name("v")
        formula = _LOOP_PROPERTIES[segments[0]].format(index=loop.index, length=loop.length)
        self.code.line(f"{variable} = {formula}")
        return variable

    def _filtered(self, step: Filter, value: str) -> str:
        if step.name not in _UNMETERED:
            value = f"sized({value})"
        arguments = [self._argument(argument) for argument in step.args]
        function: Callable[..., Any] = self.env.filters[step.name]
        if getattr(function, "with_context", False):
            self.needs_scope = True
            arguments.append("context=scope")
        return f"{self._filter(step.name, function)}({', '.join([value, *arguments])})"

    def _argument(self, argument: KeywordArgument | PositionalArgument) -> str:
        value = self.value(argument.value)
        return f"**{{{argument.name!r}: {value}}}" if isinstance(argument, KeywordArgument) else value

    def _filter(self, name: str, function: Callable[..., Any]) -> str:
        if name not in self._filters:
            if getattr(function, "with_environment", False):
                function = partial(function, environment=self.env)
            self._filters[name] = self.code.constant(function)
        return self._filters[name]
