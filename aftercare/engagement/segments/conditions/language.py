"""Which language the customer reads."""

from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.segments.asking import Question
from aftercare.engagement.segments.choices import words_or
from aftercare.engagement.segments.conditions import ConditionKind, register
from aftercare.engagement.segments.touching import PROFILE

Language = Annotated[str, Field(pattern="^[a-z]{2,3}$")]


class LanguageConfig(BaseModel):
    """Any of these languages, whatever the country: `de` for de-AT too."""

    model_config = ConfigDict(extra="forbid")
    languages: Annotated[
        tuple[Language, ...],
        Field(
            title=gettext_noop("Any of these languages"), min_length=1, max_length=100,
            description=gettext_noop("By their letters, separated by commas: de, fr."),
        ),
    ]  # fmt: skip


@register
class Reads(ConditionKind[LanguageConfig]):
    """True where the customer's locale is of one of these languages."""

    key = "language"
    label = gettext_lazy("Language")
    hint = gettext_lazy("What they read")
    icon = "languages"
    Config = LanguageConfig

    def describe(self, config: LanguageConfig) -> str:
        return _("reads %(languages)s") % {"languages": words_or(config.languages)}

    def describe_opposite(self, config: LanguageConfig) -> str:
        return _("does not read %(languages)s") % {"languages": words_or(config.languages)}

    def holds(self, config: LanguageConfig, question: Question) -> str:
        return f"lower(split_part(replace(c.locale, '_', '-'), '-', 1)) = ANY({question.value(list(config.languages))})"

    def touched_by(self, config: LanguageConfig) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return PROFILE
