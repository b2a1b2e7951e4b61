"""What guides show on console pages that are not their own: on products."""

from typing import Any

from django.http import HttpRequest

from aftercare.commerce.catalog.overview import ProductDetail
from aftercare.engagement.content.overview import guides_of_products
from aftercare.foundation.web.panels import Panel, register_panel


def _of_product(about: ProductDetail, _request: HttpRequest) -> dict[str, Any]:
    return {"guides": guides_of_products(product_ids=[about.product.pk])}


register_panel(
    Panel(
        "console.product.side", "guides", position=10, template="content/console/of_product.html", context=_of_product
    )
)
