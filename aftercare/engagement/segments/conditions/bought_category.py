"""Whether the customer has bought something of a category."""

from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.commerce.catalog.events import ProductChanged
from aftercare.engagement.segments.asking import Question
from aftercare.engagement.segments.buying import BoughtOf, WithinDays
from aftercare.engagement.segments.choices import category_choices, days_in_words, words_or
from aftercare.engagement.segments.conditions import register
from aftercare.foundation.kit.choices import Choices
from aftercare.foundation.kit.schema import Key


class CategoryConfig(BaseModel):
    """Any of these categories; without a window, ever."""

    model_config = ConfigDict(extra="forbid")
    categories: Annotated[
        tuple[Key, ...], Field(title=gettext_noop("Any of these categories"), min_length=1, max_length=100),
        Choices(category_choices),
    ]  # fmt: skip
    within_days: WithinDays = None


@register
class BoughtCategory(BoughtOf[CategoryConfig]):
    """True where a product of one of them is in an order that was not cancelled."""

    key = "bought_category"
    label = gettext_lazy("Bought of a category")
    hint = gettext_lazy("As the catalog sorts its products")
    icon = "layers"
    Config = CategoryConfig

    def describe(self, config: CategoryConfig) -> str:
        return _("has bought something of %(categories)s%(days)s") % _words(config)

    def describe_opposite(self, config: CategoryConfig) -> str:
        return _("has bought nothing of %(categories)s%(days)s") % _words(config)

    def stirred_by(self, config: CategoryConfig) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return frozenset({ProductChanged.type})

    def within_days(self, config: CategoryConfig) -> int | None:
        return config.within_days

    def products(self, config: CategoryConfig, question: Question) -> str:
        named = question.value(list(config.categories))
        return f"SELECT r.id FROM catalog_product r WHERE r.store_id = %(store)s AND r.category = ANY({named})"  # noqa: S608 -- placeholders only


def _words(config: CategoryConfig) -> dict[str, str]:
    return {"categories": words_or(config.categories), "days": days_in_words(config.within_days)}
