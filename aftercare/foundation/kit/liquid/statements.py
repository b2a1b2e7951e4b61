"""Tags and text of the syntax tree as Python statements that append to a list of strings.

Everything written between two changes of control becomes one statement: `out += ("<p>", escape(v1), "</p>")`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any

from liquid import BoundTemplate
from liquid.ast import BlockNode, Node
from liquid.builtin import expressions as syntax
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import primitive
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.capture_tag import CaptureNode
from liquid.builtin.tags.case_tag import CaseNode, MultiExpressionBlockNode
from liquid.builtin.tags.comment_tag import CommentNode
from liquid.builtin.tags.cycle_tag import CycleNode
from liquid.builtin.tags.decrement_tag import DecrementNode
from liquid.builtin.tags.doc_tag import DocNode
from liquid.builtin.tags.echo_tag import EchoNode
from liquid.builtin.tags.for_tag import BreakNode, ContinueNode, ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.increment_tag import IncrementNode
from liquid.builtin.tags.inline_comment_tag import InlineCommentNode
from liquid.builtin.tags.liquid_tag import LiquidNode
from liquid.builtin.tags.unless_tag import UnlessNode

from aftercare.foundation.kit.liquid.code import CodeWriter, Unsupported
from aftercare.foundation.kit.liquid.expressions import ExpressionWriter
from aftercare.foundation.kit.liquid.names import Loop, Names


class StatementWriter:
    """Writes the nodes of one template."""

    def __init__(self, code: CodeWriter, names: Names, template: BoundTemplate) -> None:
        self.code = code
        self.names = names
        self.expressions = ExpressionWriter(code, names, template)
        self.autoescape = template.env.autoescape
        self.fixed_texts: set[str] = set()
        self._out: str | None = "out"  # None inside blocks of white space, which python-liquid does not write
        self._pending: list[tuple[bool, str]] = []  # (is it literal text?, the text or a Python expression)
        self._writers: dict[type[Node], Callable[[Any], None]] = {
            ContentNode: self._content,
            OutputNode: self._output,
            EchoNode: self._output,
            AssignNode: self._assign,
            CaptureNode: self._capture,
            IfNode: self._if,
            UnlessNode: self._if,
            CaseNode: self._case,
            ForNode: self._for,
            BreakNode: lambda _: self._leave("break"),
            ContinueNode: lambda _: self._leave("continue"),
            CycleNode: self._cycle,
            IncrementNode: self._increment,
            DecrementNode: self._decrement,
            LiquidNode: lambda node: self.block(node.block),
            CommentNode: lambda _: None,
            DocNode: lambda _: None,
            InlineCommentNode: lambda _: None,
        }

    def nodes(self, nodes: Iterable[Node]) -> None:
        """Write nodes one after the other."""
        for node in nodes:
            self.code.position = max(node.token.start_index, 0)
            if type(node) not in self._writers:
                raise Unsupported(type(node).__name__)
            self._writers[type(node)](node)
        self._flush()

    def block(self, block: BlockNode) -> None:
        """Write a block inline; one that holds white space only runs without writing it."""
        self._flush()
        with self._writing_to(None if block.blank else self._out):
            self.nodes(block.nodes)

    def _indented_block(self, block: BlockNode) -> None:
        with self.code.indented():
            self.names.open_block()
            self.block(block)
            self.names.close_block()

    def _content(self, node: ContentNode) -> None:
        if node.text:
            self._pending.append((True, node.text))

    def _output(self, node: OutputNode) -> None:
        text = self.expressions.constant_text(node.expression)
        if text is None:
            self._write_value(self.expressions.value(node.expression))
        elif text:
            self._pending.append((True, text))

    def _write_value(self, value: str) -> None:
        if not value.isidentifier():
            name = self.code.name("v")
            self.code.line(f"{name} = {value}")
            value = name
        quick = f"escape({value})" if self.autoescape else value
        self._pending.append((False, f"{quick} if type({value}) is str else text({value})"))

    def _assign(self, node: AssignNode) -> None:
        self._store(node.name, self.expressions.value(node.expression))

    def _store(self, name: str, value: str) -> None:
        self.code.line(f"meter.assign(local, {str(name)!r}, {value})")

    def _capture(self, node: CaptureNode) -> None:
        self._flush()
        captured = self.code.name("c")
        self.code.line(f"{captured} = []")
        with self._writing_to(captured):
            self.block(node.block)
        self.code.line(f"meter.output({captured})")
        self._store(node.name, f"captured({captured})")

    def _if(self, node: IfNode | UnlessNode) -> None:
        # Look-ups of all branches come first: they have no effects, and the branches stay one flat chain.
        first = self.expressions.condition(node.condition)
        others = [self.expressions.condition(branch.expression) for branch in node.alternatives]
        self._flush()
        self.code.line(f"if not {first}:" if isinstance(node, UnlessNode) else f"if {first}:")
        self._indented_block(node.consequence)
        for condition, branch in zip(others, node.alternatives, strict=True):
            self.code.line(f"elif {condition}:")
            self._indented_block(branch.block)
        if node.default:
            self.code.line("else:")
            self._indented_block(node.default)

    def _case(self, node: CaseNode) -> None:
        whens = [block for block in node.blocks if isinstance(block, MultiExpressionBlockNode)]
        left = self.expressions.value(node.expression)
        conditions = {id(when): self._when(left, when) for when in whens}
        self._flush()
        matched = self.code.name("m")
        self.code.line(f"{matched} = False")
        for block in node.blocks:
            if isinstance(block, MultiExpressionBlockNode):
                self.code.line(f"if {conditions[id(block)]}:")
                self._indented_block(block.block)
                with self.code.indented():
                    self.code.line(f"{matched} = True")
            else:
                self.code.line(f"if not {matched}:")
                self._indented_block(block)

    def _when(self, left: str, when: MultiExpressionBlockNode) -> str:
        choices = when.expression.expressions
        constants = (syntax.StringLiteral, primitive.IntegerLiteral)
        different = {choice.value for choice in choices if isinstance(choice, constants)}
        # python-liquid renders the block once per choice that matches; different constants cannot match twice.
        if len(choices) > 1 and len(different) < len(choices):
            raise Unsupported("a when of several choices that may all match")
        return " or ".join(f"equal({left}, {self.expressions.value(choice)})" for choice in choices)

    def _for(self, node: ForNode) -> None:
        expression = node.expression
        items = self._loop_items(expression)
        loop = Loop(
            identifier=str(expression.identifier),
            item=self.code.name("x"),
            index=self.code.name("i"),
            length=self.code.name("n"),
        )
        self._flush()
        self.code.line(f"{loop.length} = len({items})")
        self.code.line(f"if {loop.length}:")
        with self.code.indented():
            self.code.line(f"meter.loop({loop.length})")
            head = self.code.line(f"for {loop.item} in {items}:")
            self.names.loops.append(loop)
            self._indented_block(node.block)
            self.names.loops.pop()
            if loop.counted:
                self.code.patch(head, f"for {loop.index}, {loop.item} in enumerate({items}):")
        if node.default:
            self.code.line("else:")
            self._indented_block(node.default)

    def _loop_items(self, expression: syntax.LoopExpression) -> str:
        items = self.code.name("s")
        iterable = self.expressions.value(expression.iterable)
        limit, offset = expression.limit, expression.offset
        if isinstance(offset, syntax.StringLiteral):
            raise Unsupported("a loop that continues another")
        if limit is None and offset is None and not expression.reversed:
            self.code.line(f"{items} = {iterable}")
            self.code.line(f"if type({items}) is not list: {items} = loop_items({items})")
            return items
        bounds = [self.expressions.value(bound) if bound else "..." for bound in (limit, offset)]
        self.code.line(f"{items} = loop_slice({iterable}, {', '.join(bounds)}, backwards={expression.reversed})")
        return items

    def _leave(self, statement: str) -> None:
        if not self.names.loops:
            raise Unsupported(f"{statement} outside of a loop")
        self._flush()
        self.code.line(statement)

    def _cycle(self, node: CycleNode) -> None:
        group = self.expressions.value(node.group) if node.group else "None"
        values = ", ".join(self.expressions.value(value) for value in node.args)
        self._write_value(f"next_of_cycle(cycles, {group}, [{values}])")

    def _increment(self, node: IncrementNode) -> None:
        self._count(node.name, "{old}", 1)

    def _decrement(self, node: DecrementNode) -> None:
        self._count(node.name, "{old} - 1", -1)

    def _count(self, name: str, shown: str, step: int) -> None:
        old = self.code.name("v")
        self.code.line(f"{old} = counters.get({str(name)!r}, 0)")
        self.code.line(f"counters[{str(name)!r}] = {old} + {step}")
        self._pending.append((False, f"str({shown.format(old=old)})"))

    @contextmanager
    def _writing_to(self, out: str | None) -> Iterator[None]:
        self._flush()
        before, self._out = self._out, out
        yield
        self._flush()
        self._out = before

    def _flush(self) -> None:
        """Write what has been gathered since the last change of control."""
        pieces: list[str] = []
        for literal, group in groupby(self._pending, key=itemgetter(0)):
            written = [piece for _, piece in group]
            if literal:
                text = "".join(written)
                self.fixed_texts.add(text)
                written = [repr(text)]
            pieces += written
        self._pending.clear()
        if pieces and self._out:
            self.code.line(f"{self._out} += ({', '.join(pieces)},)")
