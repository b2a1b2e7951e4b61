"""What people and programs did, and how people signed in: for owners."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import orjson
from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.acted import PEOPLE, PROGRAMS, Acts, acts
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.events.subjects import about
from aftercare.foundation.events.timelines import read
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.models import SignIn
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.staff.queries import sign_ins_of_staff, staff_of, tokens_of
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.console.settings import settings_tabs
from aftercare.foundation.web.csv_export import ROWS_AT_ONCE, Chunk, csv_response
from aftercare.foundation.web.listing import Column, DayField, Filters, View, address, cursor_of, listing
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_ALL = ("", _("All"))
_COLUMNS = (Column(_("What")), Column(_("Who")), Column(_("When")), Column(_("About")))
_VIEWS = (View(_("All")), View(_("People"), {"kind": PEOPLE}), View(_("Programs"), {"kind": PROGRAMS}))
_CSV = ("at", "who", "actor", "what", "type", "about", "data")
_SIGN_IN_COLUMNS = (
    Column(_("Who")),
    Column(_("What came of it")),
    Column(_("When")),
    Column(_("With")),
    Column(_("Browser")),
    Column(_("Address")),
)
_SIGN_IN_VIEWS = (
    View(_("All")),
    View(_("Signed in"), {"outcome": SignIn.Outcome.SIGNED_IN.value}),
    View(_("Wrong password"), {"outcome": SignIn.Outcome.WRONG_PASSWORD.value}),
    View(_("Locked"), {"outcome": SignIn.Outcome.LOCKED.value}),
)


class AuditFilters(Filters):
    """By who, what, when; the search is for the public id of what it was done to."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[_ALL, (PEOPLE, _("People")), (PROGRAMS, _("Programs"))], required=False
    )
    who = forms.ChoiceField(label=_("Who"), required=False)
    what = forms.ChoiceField(label=_("What"), required=False)
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))

    def __init__(self, request: StaffRequest) -> None:
        self._store = request.store
        super().__init__(request)

    def offer(self) -> None:
        people = [(f"staff:{one.user.public_id}", str(one.user)) for one in staff_of(store=self._store)]
        programs = [(f"token:{token.public_id}", token.name) for token in tokens_of(store=self._store)]
        kinds = sorted(((event.type, str(event.label)) for event in catalogue), key=lambda kind: kind[1])
        _choose(self, "who", [*people, *programs])
        _choose(self, "what", kinds)

    def sought(self) -> Acts:
        """What the log is asked for."""
        return Acts(
            kind=self.chosen("kind") or "", actor=self.chosen("who") or "", type_name=self.chosen("what") or "",
            thing=(self.chosen("q") or "").strip(), since=self.start_of("since"), until=self.end_of("until"),
        )  # fmt: skip


class SignInFilters(Filters):
    """By whom, what came of it, and when."""

    who = forms.ChoiceField(label=_("Who"), required=False)
    outcome = forms.ChoiceField(label=_("What came of it"), choices=[_ALL, *SignIn.Outcome.choices], required=False)
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))

    def __init__(self, request: StaffRequest) -> None:
        self._store = request.store
        super().__init__(request)

    def offer(self) -> None:
        _choose(self, "who", [(one.user.public_id, str(one.user)) for one in staff_of(store=self._store)])


@staff_page(Permission.STAFF_READ)
def audit(request: StaffRequest) -> HttpResponse:
    """What people and programs did."""
    filters = AuditFilters(request)
    found = acts(store=request.store, sought=filters.sought(), after=cursor_of(request))
    shown = listing(request, filters=filters, page=found, columns=_COLUMNS, views=_VIEWS)
    context = {
        "listing": replace(shown, rows=list(_lines(found.rows, request.store))),
        "export_url": address(request).replace(request.path, reverse("audit_csv", args=[request.store.slug]), 1),
        "tabs": settings_tabs(request, "audit"),
        "now": clock.now(),
    }
    return render(request, "web/console/settings/audit.html", context)


@staff_page(Permission.STAFF_READ)
def audit_csv(request: StaffRequest) -> HttpResponseBase:
    """The same as a file."""
    store, sought = request.store, AuditFilters(request).sought()

    def read_on(cursor: str) -> Chunk:
        found = acts(store=store, sought=sought, after=cursor, limit=ROWS_AT_ONCE)
        cells = (
            (row.recorded_at.isoformat(), entry.actor, row.actor, entry.title, row.type,
             " ".join(things.values()), orjson.dumps(row.data).decode())
            for row, entry, things in zip(found.rows, read(found.rows, store=store), about(found.rows), strict=True)
        )  # fmt: skip
        return Chunk(cells, found.following)

    return csv_response(name=f"{store.slug}-audit", store_id=store.pk, header=_CSV, read=read_on)


@staff_page(Permission.STAFF_READ)
def sign_ins(request: StaffRequest) -> HttpResponse:
    """How everybody who works here signed in, and who tried to in their name."""
    filters = SignInFilters(request)
    found = sign_ins_of_staff(
        store=request.store, person=filters.chosen("who") or "", outcome=filters.chosen("outcome") or "",
        since=filters.start_of("since"), until=filters.end_of("until"), after=cursor_of(request),
    )  # fmt: skip
    context = {
        "listing": listing(request, filters=filters, page=found, columns=_SIGN_IN_COLUMNS, views=_SIGN_IN_VIEWS),
        "tabs": settings_tabs(request, "sign_ins"),
        "now": clock.now(),
    }
    return render(request, "web/console/settings/sign_ins.html", context)


def _lines(rows: Sequence[EventRow], store: Store) -> Iterator[dict[str, Any]]:
    for row, entry, things in zip(rows, read(rows, store=store), about(rows), strict=True):
        yield {
            "entry": entry,
            "at": row.recorded_at,
            "things": list(things.items()),
            "is_program": row.actor.startswith(PROGRAMS),
        }


def _choose(filters: Filters, name: str, choices: Sequence[tuple[str, str]]) -> None:
    field = filters.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [_ALL, *choices]


urlpatterns = [
    path("settings/audit/", audit, name="audit"),
    path("settings/audit/export/", audit_csv, name="audit_csv"),
    path("settings/sign-ins/", sign_ins, name="sign_ins"),
]
