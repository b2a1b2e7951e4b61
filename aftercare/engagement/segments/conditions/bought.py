"""Whether the customer has bought a product."""

from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.commerce.catalog.models import Product, Variant
from aftercare.engagement.segments.asking import Question
from aftercare.engagement.segments.buying import BoughtOf, WithinDays
from aftercare.engagement.segments.choices import days_in_words, words_or
from aftercare.engagement.segments.conditions import register
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.schema import Key


class BoughtConfig(BaseModel):
    """Any of these products, by our id or the SKU of a variant; without a window, ever."""

    model_config = ConfigDict(extra="forbid")
    products: Annotated[
        tuple[Key, ...],
        Field(
            title=gettext_noop("Any of these products"), min_length=1, max_length=100,
            description=gettext_noop("By SKU or by our id, separated by commas."),
        ),
    ]  # fmt: skip
    within_days: WithinDays = None


@register
class BoughtProduct(BoughtOf[BoughtConfig]):
    """True where one of them is in an order that was not cancelled."""

    key = "bought"
    label = gettext_lazy("Bought a product")
    hint = gettext_lazy("One of these, ever or lately")
    icon = "package"
    Config = BoughtConfig

    def describe(self, config: BoughtConfig) -> str:
        return _("has bought %(products)s%(days)s") % _words(config)

    def describe_opposite(self, config: BoughtConfig) -> str:
        return _("has not bought %(products)s%(days)s") % _words(config)

    def within_days(self, config: BoughtConfig) -> int | None:
        return config.within_days

    def products(self, config: BoughtConfig, question: Question) -> str:
        named = question.value(list(config.products))
        return (
            f"SELECT r.id FROM catalog_product r WHERE r.store_id = %(store)s AND r.public_id = ANY({named})"  # noqa: S608 -- placeholders only
            f" UNION SELECT v.product_id FROM catalog_variant v WHERE v.store_id = %(store)s AND v.sku = ANY({named})"
        )

    def check(self, config: BoughtConfig) -> None:
        titles = _titles(config)
        unknown = next((name for name in config.products if name not in titles), None)
        if unknown is not None:
            remedy = "Give SKUs or our ids as the catalog has them."
            raise Invalid(f"There is no product '{unknown}'.", field="products", remedy=remedy)


def _titles(config: BoughtConfig) -> dict[str, str]:
    """What the products are called, by how they were named. Two queries."""
    names = list(config.products)
    by_id = Product.objects.filter(public_id__in=names).values_list("public_id", "title")
    by_sku = Variant.objects.filter(sku__in=names).values_list("sku", "product__title")
    return {**dict(by_id), **dict(by_sku)}


def _words(config: BoughtConfig) -> dict[str, str]:
    titles = _titles(config)
    named = dict.fromkeys(titles.get(name, name) for name in config.products)
    return {"products": words_or(named), "days": days_in_words(config.within_days)}
