"""What is wrong with a template before anybody gets it, or could be better; each with its field, line and column.

Errors keep a draft from being published, advice is shown. Syntax first: of a part that cannot be read nothing else can be
said. Then names, then what law and mail programs ask, then whether it can be filled at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from aftercare.engagement.messaging.builtin.composing import LINK, Kind, paragraphs
from aftercare.engagement.messaging.builtin.texts import BLOCKS
from aftercare.engagement.messaging.contents import LONGEST, Content, Words
from aftercare.engagement.messaging.email.mime import prepare_mail
from aftercare.engagement.messaging.policy import LegalClass
from aftercare.engagement.messaging.types import MessageType
from aftercare.engagement.messaging.variables import UNSUBSCRIBE, known_shape
from aftercare.foundation.kit.liquid.mjml import compile_mjml, mjml_problems
from aftercare.foundation.kit.liquid.mjml_elements import address_problem
from aftercare.foundation.kit.liquid.parsing import column_of, line_of, parse
from aftercare.foundation.kit.liquid.problems import TemplateProblem
from aftercare.foundation.kit.liquid.template import compile_template
from aftercare.foundation.kit.liquid.variables import names_used, unknown_variables

# Gmail shows no more of a message.
_CLIPPED_AT = 102_400
_POSTAL_ADDRESS = "brand.postal_address"


class Weight(StrEnum):
    """An error keeps a draft from being published; advice is only shown."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is a part of the content; `line` and `column` count from 1 in it, 0 where it is the whole of it."""

    field: str
    sentence: str
    remedy: str = ""
    line: int = 0
    column: int = 0
    weight: Weight = Weight.ERROR

    @property
    def blocks(self) -> bool:
        """Whether it keeps the draft from being published."""
        return self.weight == Weight.ERROR

    @property
    def place(self) -> str:
        """For programs: `source[12:5]`."""
        return f"{self.field}[{self.line}:{self.column}]" if self.line else self.field


def problems_of(
    *, content: Content, kind: MessageType, sample: Mapping[str, Any], postal_address: str
) -> list[Problem]:
    """All that is to be said of a template of this type; `sample` is what it may use, the brand included."""
    if content.is_too_long:
        long = max(content.parts, key=lambda name: len(content.parts[name]))
        return [Problem(long, _("This is far too long."), _("Write less."))]
    found = [problem for name, text in content.parts.items() for problem in _of_part(name, text, kind, sample)]
    if content.words is not None:
        found += _of_words(content.words)
    if not any(problem.blocks for problem in found):
        found += _of_the_whole(content, kind, postal_address)
    return sorted(found, key=lambda problem: not problem.blocks)


def _of_part(name: str, text: str, kind: MessageType, sample: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with one part by itself."""
    if len(text) > LONGEST[name]:
        yield Problem(name, _("This is longer than %(n)d characters.") % {"n": LONGEST[name]}, _("Write less."))
        return
    if not text.strip() and name in ("subject", "body", "source"):
        yield Problem(name, _("Nothing is written here."), _("Write something."))
        return
    try:
        parse(text, autoescape=False)
        for unknown in unknown_variables(text, known=known_shape(kind=kind, sample=sample)):
            meant = _("Did you mean “%(name)s”?") % {"name": unknown.suggestion} if unknown.suggestion else ""
            sentence = _("This message is not given “%(path)s”.") % {"path": unknown.path}
            yield Problem(name, sentence, meant or _("Choose one from the list."), unknown.line, unknown.column)
        for markup in mjml_problems(text) if name == "source" else ():
            weight = Weight.ERROR if markup.blocks else Weight.ADVICE
            yield Problem(name, _sentence(markup.sentence), markup.remedy, markup.line, markup.column, weight)
        compile_template(text, autoescape=name not in ("subject", "short")).render(dict(sample))
    except TemplateProblem as problem:
        yield _as_problem(name, problem)


def _of_words(words: Words) -> Iterator[Problem]:
    """What is wrong with the marks of the words."""
    for paragraph in paragraphs(words.body):
        line, column = line_of(words.body, paragraph.offset), column_of(words.body, paragraph.offset)
        if paragraph.kind == Kind.BLOCK and paragraph.text not in BLOCKS:
            sentence = _("There is no block “{%(name)s}”.") % {"name": paragraph.text}
            yield Problem("body", sentence, _("Blocks: %(all)s.") % {"all": _all_blocks()}, line, column)
        if paragraph.kind == Kind.BLOCK and paragraph.text == "button" and not words.button.strip():
            yield Problem("button", _("The body has a button, and nothing stands on it."), _("Say what it does."))
        if paragraph.kind in (Kind.TEXT, Kind.QUIET) and not _is_whole(paragraph.text):
            sentence = _("A tag that is opened in this paragraph does not end in it.")
            yield Problem("body", sentence, _("Put the tag on a line of its own, between empty lines."), line, column)
    for link in LINK.finditer(words.body):
        if (wrong := address_problem(link[2])) is not None:
            place = line_of(words.body, link.start()), column_of(words.body, link.start())
            weight = Weight.ERROR if wrong[1] else Weight.ADVICE
            remedy = _("Write an address that begins with https://.")
            yield Problem("body", _sentence(wrong[0]), remedy, *place, weight)


def _is_whole(paragraph: str) -> bool:
    try:
        parse(paragraph, autoescape=False)
    except TemplateProblem:
        return False
    return True


def _of_the_whole(content: Content, kind: MessageType, postal_address: str) -> Iterator[Problem]:
    """What can only be said of the mail that comes of it."""
    field = "body" if content.words else "source"
    try:
        used = names_used(content.source)
        html = compile_mjml(content.source)
        prepare_mail(subject=content.subject, html=html)
    except TemplateProblem as problem:
        line, column = (0, 0) if content.words else (problem.line or 0, problem.column or 0)
        yield Problem(field, _sentence(problem.bare), problem.remedy, line, column)
        return
    if kind.legal_class != LegalClass.TRANSACTIONAL and UNSUBSCRIBE not in used:
        sentence = _("Whoever gets this must be able to unsubscribe, and there is no link for it.")
        yield Problem(field, sentence, _("Link to {{ brand.portal }}preferences/{{ unsubscribe }}/."))
    if kind.legal_class == LegalClass.MARKETING:
        if _POSTAL_ADDRESS not in used:
            sentence = _("Marketing must name the sender's postal address.")
            yield Problem(field, sentence, _("Write {{ brand.postal_address }} at the foot."))
        elif not postal_address.strip():
            sentence = _("Marketing must name the sender's postal address, and the store has none.")
            yield Problem(field, sentence, _("Enter it under Settings."))
    if len(html.encode()) > _CLIPPED_AT:
        sentence = _("It is so long that Gmail shows only the beginning.")
        yield Problem(field, sentence, _("Keep it below 100 kB."), weight=Weight.ADVICE)


def _as_problem(name: str, problem: TemplateProblem) -> Problem:
    # What a filter refuses knows its line only.
    column = problem.column or (1 if problem.line else 0)
    return Problem(name, _sentence(problem.bare), problem.remedy, problem.line or 0, column)


def _all_blocks() -> str:
    return ", ".join(f"{{{name}}}" for name in BLOCKS)


def _sentence(text: str) -> str:
    """As people write one."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
