"""By which channels messages go, and which comes when the first does not arrive."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from aftercare.engagement.messaging.actions.ways import change_way
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.console.tabs import tabs
from aftercare.engagement.messaging.policy.ways import Leg
from aftercare.engagement.messaging.queries import ways_kept
from aftercare.engagement.messaging.types import message_types, type_label
from aftercare.engagement.messaging.ways import EVERY_TYPE, MOST_LEGS, USUAL, legs_from
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_USUAL_MINUTES = 10


class WayForm(forms.Form):
    """A type of message, and up to so many channels with the minutes each is given."""

    message_type = forms.ChoiceField(label=gettext_lazy("Message"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        every = (EVERY_TYPE, _("Every message without a way of its own"))
        types = [every, *((kind.key, str(kind.label)) for kind in message_types())]
        ways = [("", "—"), *((channel.key, str(channel.label)) for channel in channels)]
        self.fields["message_type"].choices = types  # type: ignore[attr-defined]
        for place in range(1, MOST_LEGS + 1):
            label = _("First by") if place == 1 else _("Then by")
            self.fields[f"channel_{place}"] = forms.ChoiceField(label=label, choices=ways, required=False)
            if place < MOST_LEGS:
                self.fields[f"minutes_{place}"] = forms.IntegerField(
                    label=_("Minutes until the next"), required=False, min_value=0, max_value=10_080,
                    initial=_USUAL_MINUTES,
                )  # fmt: skip

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField | None]]:
        """Each channel with its minutes; the last has none."""
        places = range(1, MOST_LEGS + 1)
        return [(self[f"channel_{place}"], self[f"minutes_{place}"] if place < MOST_LEGS else None) for place in places]

    def legs(self) -> list[Leg]:
        """Those that name a channel."""
        told = self.cleaned_data
        return [
            Leg(told[f"channel_{place}"], told.get(f"minutes_{place}") or 0)
            for place in range(1, MOST_LEGS + 1)
            if told.get(f"channel_{place}")
        ]


@staff_page(Permission.MESSAGES_READ)
def ways(request: StaffRequest) -> HttpResponse:
    """Every type with a way of its own, and what holds for the rest."""
    return _page(request, WayForm())


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def change(request: StaffRequest) -> HttpResponse:
    """Set one; without channels what holds for every type holds again."""
    form = WayForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        change_way(
            store_id=request.store.pk, message_type_key=form.cleaned_data["message_type"], legs=form.legs(),
            by=request.who, now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, form, status=refusal.status)
    toasts.success(request, _("It holds from the next message on."))
    return redirect("ways", store=request.store.slug)


def way_in_words(legs: Sequence[Leg]) -> str:
    """ "Notification; after 10 minutes of silence Text message; …" """
    said = []
    for place, leg in enumerate(legs):
        said.append(str(channels[leg.channel].label))
        if place < len(legs) - 1:
            wait = ngettext("%(n)d minute", "%(n)d minutes", leg.minutes) % {"n": leg.minutes}
            said.append(_("if nothing is heard for %(wait)s") % {"wait": wait} if leg.minutes else _("and with it"))
    return ", ".join(said)


def _page(request: StaffRequest, form: WayForm, *, status: int = 200) -> HttpResponse:
    kept = ways_kept()
    usual = legs_from(kept[EVERY_TYPE].legs) if EVERY_TYPE in kept else list(USUAL)
    context = {
        "form": form,
        "usual": way_in_words(usual),
        "rows": [
            (type_label(key), way_in_words(legs_from(way.legs)), way)
            for key, way in sorted(kept.items())
            if key != EVERY_TYPE
        ],
        "tabs": tabs(request, "ways"),
    }
    return render(request, "messaging/console/ways.html", context, status=status)


urlpatterns = [path("messages/ways/", ways, name="ways"), path("messages/ways/change/", change, name="change_way")]
