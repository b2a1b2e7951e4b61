"""What templates, drafts and what is wrong with them look like to programs."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from aftercare.engagement.messaging.checking import Problem, Weight
from aftercare.engagement.messaging.contents import Content, Words
from aftercare.engagement.messaging.drafts import Working, content_of_version, made
from aftercare.engagement.messaging.models import TemplateVersion
from aftercare.engagement.messaging.policy import LegalClass
from aftercare.engagement.messaging.translations import Row
from aftercare.engagement.messaging.tryout import Rendered
from aftercare.engagement.messaging.variables import Variable
from aftercare.foundation.kit.schema import Long, Text

EXAMPLE = {
    "subject": "Order {{ order.number }} is packed",
    "words": {
        "preview": "The carrier picks it up next.", "heading": "Packed and ready to go",
        "body": "Order **{{ order.number }}** is packed.\n\n{button}", "button": "Follow your order",
    },
    "revision": 0,
}  # fmt: skip
Revision = Annotated[
    int, Field(ge=0, le=2**31 - 1, description="The revision you read; 0 where there was no draft.", examples=[3])
]
_Source = Annotated[Text, Field(max_length=500_000)]


class WordsShape(BaseModel):
    """A message without its layout: the store's is put around it. Everything is Liquid; `body` is paragraphs."""

    model_config = ConfigDict(extra="forbid")
    preview: Long = ""
    heading: Long = ""
    body: Long = ""
    button: Long = ""


class ContentIn(BaseModel):
    """A template as written: words, or a source of its own in MJML and Liquid."""

    model_config = ConfigDict(extra="forbid")
    subject: Annotated[Text, Field(max_length=2000, examples=[EXAMPLE["subject"]])]
    words: Annotated[WordsShape | None, Field(examples=[EXAMPLE["words"]])] = None
    source: _Source | None = None
    short: Annotated[
        Text, Field(max_length=4000, description="For text messages, notifications, the inbox and calls.")
    ] = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.words is None) == (self.source is None):
            message = "send either words or source"
            raise ValueError(message)
        return self

    def content(self, locale: str) -> Content:
        """As the product has it."""
        words = None if self.words is None else Words(**self.words.model_dump())
        return made(subject=self.subject, words=words, source=self.source or "", locale=locale, short=self.short)


class TemplateDraftIn(ContentIn):
    """All of what the template is to say."""

    revision: Revision


class PublishDraftIn(BaseModel):
    """Which revision is meant, and why it was made."""

    model_config = ConfigDict(extra="forbid")
    revision: Revision
    note: Annotated[Text, Field(max_length=300, examples=["Say when it arrives"])] = ""


class TemplateProblemOut(BaseModel):
    """Something wrong (`error`: it keeps the draft from being published) or to think about (`advice`).

    `place` is `field[line:column]`, which count from 1; both are 0 where the whole field is meant.
    """

    place: Annotated[str, Field(examples=["source[12:5]"])]
    field: Annotated[str, Field(examples=["source"])]
    line: int
    column: int
    weight: Weight
    sentence: Annotated[str, Field(examples=["This message is not given “order.numbr”."])]
    remedy: Annotated[str, Field(examples=["Did you mean “number”?"])]


class TemplateProblems(BaseModel):
    """All that the rules find, errors first."""

    problems: list[TemplateProblemOut]


class TemplateTextOut(TemplateProblems):
    """What a template says, its draft where there is one. `source` is what `words` make, where there are any."""

    key: Annotated[str, Field(examples=["packed"])]
    locale: Annotated[str, Field(examples=["en"])]
    subject: str
    words: WordsShape | None
    source: str
    short: str
    revision: Annotated[int, Field(description="Of the draft; 0 where there is none.")]
    based_on: Annotated[int, Field(description="The version the draft began as; 0 for none.")]
    live: Annotated[int | None, Field(description="The version that messages are made from now.")]
    changed_at: datetime | None
    changed_by: Annotated[str, Field(examples=["staff:usr_4v9c2m7x1k8q3z6w"])]
    variables: Annotated[dict[str, str], Field(description="What it may fill in, with an example of each.")]


class TranslationOut(BaseModel):
    """A message in a language: its live version, or the locale that is read instead."""

    locale: str
    version: int | None
    is_own: Annotated[bool, Field(description="Written by the store, not built in.")]
    has_newer_builtin: bool
    has_draft: bool
    instead: Annotated[str, Field(description="Read where there is no version; empty: it is not sent.")]


class TemplateOut(BaseModel):
    """A message in all its languages."""

    key: Annotated[str, Field(examples=["packed"])]
    label: str
    legal_class: LegalClass
    locales: list[TranslationOut]


class Templates(BaseModel):
    """All of them, in the order in which an order lives."""

    items: list[TemplateOut]


class TemplateVersionOut(BaseModel):
    """A version; it never changes."""

    number: int
    subject: str
    note: str
    is_live: bool
    created_at: datetime
    created_by: str


class TemplateVersions(BaseModel):
    """All of them, the latest first."""

    items: list[TemplateVersionOut]


class TemplateVersionText(TemplateVersionOut):
    """A version with what it says."""

    words: WordsShape | None
    source: str
    short: str


class PreviewOut(BaseModel):
    """What the reader would get. `problem` says why it would be nothing. The HTML is untrusted: show it in a sandbox."""

    order: Annotated[str | None, Field(description="The order it was tried on; null for an invented one.")]
    subject: str
    preview: str
    html: str
    text: str
    short: str
    problem: str


_AS_THEY_ARE = TemplateVersionOut.model_fields.keys()


def templates_out(rows: Sequence[Row]) -> Templates:
    """Every message in every language."""
    return Templates(
        items=[
            TemplateOut(
                key=row.kind.key, label=str(row.kind.label), legal_class=row.kind.legal_class,
                locales=[
                    TranslationOut(
                        locale=cell.locale, version=cell.version.number if cell.version else None, is_own=cell.is_own,
                        has_newer_builtin=cell.has_newer_builtin, has_draft=cell.has_draft, instead=cell.instead,
                    )
                    for cell in row.cells
                ],
            )
            for row in rows
        ]
    )  # fmt: skip


def text_out(
    name: tuple[str, str], working: Working, problems: Sequence[Problem], variables: Sequence[Variable]
) -> TemplateTextOut:
    """The draft, or what one would begin as."""
    content, draft = working.content, working.draft
    return TemplateTextOut(
        key=name[0], locale=name[1], subject=content.subject, words=_words(content), source=content.source,
        short=content.short, revision=working.revision, based_on=working.based_on,
        live=working.live.number if working.live else None,
        changed_at=draft.changed_at if draft else None, changed_by=draft.changed_by if draft else "",
        variables={one.snippet: one.example for one in variables}, problems=problems_out(problems).problems,
    )  # fmt: skip


def problems_out(problems: Sequence[Problem]) -> TemplateProblems:
    """What the rules find."""
    return TemplateProblems(problems=[TemplateProblemOut(place=one.place, **asdict(one)) for one in problems])


def version_out(version: TemplateVersion) -> TemplateVersionOut:
    """A version, by whom and why."""
    return TemplateVersionOut(**{name: getattr(version, name) for name in _AS_THEY_ARE})


def version_text(version: TemplateVersion) -> TemplateVersionText:
    """A version with what it says."""
    content = content_of_version(version)
    return TemplateVersionText(
        **version_out(version).model_dump(), words=_words(content), source=content.source, short=content.short
    )


def preview_out(order: str | None, rendered: Rendered) -> PreviewOut:
    """What the reader would get."""
    return PreviewOut(order=order, **asdict(rendered))


def _words(content: Content) -> WordsShape | None:
    return None if content.words is None else WordsShape.model_construct(**vars(content.words))
