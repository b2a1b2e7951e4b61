"""What credit shows on console pages that are not its own: on customers."""

from typing import Any

from django.http import HttpRequest

from aftercare.commerce.customers.people import Person
from aftercare.engagement.credit.queries.wallets import wallets_of
from aftercare.foundation.kit import clock
from aftercare.foundation.web.panels import Panel, register_panel


def _of_customer(about: Person, _request: HttpRequest) -> dict[str, Any]:
    return {"customer": about.customer, "wallets": wallets_of(customer_ids=about.ids, now=clock.now())}


register_panel(Panel("console.customer.side", "credit", 8, "credit/console/brief.html", _of_customer))
