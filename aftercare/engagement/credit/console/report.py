"""What the store owes its customers: by currency, age and expiry; and what moved in the last thirty days."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.credit.explaining import age_in_words, expiry_in_words
from aftercare.engagement.credit.queries.liability import Liability, liabilities, month_before, moved
from aftercare.engagement.credit.vocabulary import AccountKind
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.money import Money
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.csv_export import Chunk, csv_response
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.templatetags.amounts import money
from aftercare.foundation.web.templatetags.charts import Bar

_HEADER = ("currency", "held_as", "given", "expires", "amount", "holders")


@staff_page(Permission.CREDIT_READ)
def report(request: StaffRequest) -> HttpResponse:
    """One part for each currency."""
    now = clock.now()
    flows = moved(since=month_before(now))
    parts = [_part(one, flows) for one in liabilities(store_id=request.store.pk, now=now)]
    return render(request, "credit/console/report.html", {"parts": parts})


@staff_page(Permission.CREDIT_READ)
def export(request: StaffRequest) -> HttpResponseBase:
    """The same as rows."""
    store_id, now = request.store.pk, clock.now()

    def read(_cursor: str) -> Chunk:
        rows = [
            (
                one.currency, one.kind.value, age_in_words(one.age), expiry_in_words(one.expiry),
                Money(one.amount, one.currency).decimal(), one.holders,
            )
            for part in liabilities(store_id=store_id, now=now)
            for one in part.owed
        ]  # fmt: skip
        return Chunk(rows, "")

    return csv_response(name=f"credit-{request.store.slug}", store_id=store_id, header=_HEADER, read=read)


def _part(one: Liability, flows: Mapping[tuple[str, AccountKind], Money]) -> dict[str, object]:
    ages, expiries = one.by_age(), one.by_expiry()
    return {
        "currency": one.currency, "total": one.total, "wallets": one.of_kind(AccountKind.WALLET),
        "cards": one.of_kind(AccountKind.CARD), "reserved": one.reserved,
        "by_age": [_bar(age_in_words(place), Money(amount, one.currency)) for place, amount in ages.items()],
        "by_expiry": [_bar(expiry_in_words(place), Money(amount, one.currency)) for place, amount in expiries.items()],
        "flows": [
            (kind.label, Money(abs(amount.amount), currency), amount.amount < 0)
            for (currency, kind), amount in flows.items() if currency == one.currency
        ],
    }  # fmt: skip


def _bar(label: str, amount: Money) -> Bar:
    return Bar(label, float(amount.decimal()), money(amount))


urlpatterns = [path("credit/", report, name="credit"), path("credit/export/", export, name="credit_export")]

register_entry(
    Entry(
        group="Engagement", position=35, label=_("Store credit"), icon="wallet", url_name="credit",
        permission=Permission.CREDIT_READ,
    )
)  # fmt: skip
