"""Sample data for the style guide, so that its pages need no view of their own."""

from datetime import datetime, timedelta
from types import SimpleNamespace

from django import forms, template

from aftercare.foundation.kit import clock
from aftercare.foundation.web.templatetags.charts import Bar, Line

register = template.Library()

ORDERS_PER_DAY = [31, 28, 35, 42, 39, 48, 52, 47, 55, 61, 58, 66]
ON_TIME = [0.91, 0.92, 0.9, 0.93, 0.94, 0.92, 0.95, 0.96]


class SampleForm(forms.Form):
    """One field of each kind that looks different."""

    email = forms.EmailField(label="E-mail", help_text="The address the order was placed with.")
    order_number = forms.CharField(label="Order number", required=False)
    reason = forms.ChoiceField(label="Reason", choices=[("size", "Does not fit"), ("late", "Arrived too late")])
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    channel = forms.ChoiceField(
        label="Answer by", widget=forms.RadioSelect, choices=[("mail", "E-mail"), ("sms", "SMS")]
    )
    photo = forms.FileField(label="Photo", required=False)
    consent = forms.BooleanField(label="Send me care tips", help_text="Once a month at most.", required=False)


@register.simple_tag
def samples() -> SimpleNamespace:
    """Everything the style guide shows, told from one moment."""
    now = clock.now()
    wrong = SampleForm({"email": "sam@", "reason": "size", "channel": "mail"})
    return SimpleNamespace(
        form=SampleForm(initial={"channel": "mail"}), wrong=wrong, tones=_tones(), steps=_steps(),
        timeline=_timeline(now), tiles=_tiles(), columns=_columns(), orders=_orders(now), filters=_filters(),
        views=_views(), tabs=_tabs(), reasons=_reasons(), on_time=_on_time(), bulk=_bulk(),
        page={"previous_url": "", "next_url": "?after=50"},
        colours=["base-100", "base-200", "base-300", "base-content", "primary", "success", "warning", "error", "info"],
        arrival=now + timedelta(days=4), updated=now - timedelta(minutes=8), scanned=now - timedelta(hours=3),
    )  # fmt: skip


def _tones() -> list[tuple[str, str]]:
    return [
        ("neutral", "Draft"), ("brand", "New"), ("good", "Delivered"), ("attention", "At risk"),
        ("problem", "Lost"), ("information", "On its way"),
    ]  # fmt: skip


def _steps() -> list[dict[str, str]]:
    return [
        {"label": "Ordered", "state": "done"}, {"label": "Packed", "state": "done"},
        {"label": "On its way", "state": "current"}, {"label": "Delivered", "state": "todo"},
    ]  # fmt: skip


def _timeline(now: datetime) -> list[dict[str, object]]:
    return [
        {"icon": "truck", "tone": "brand", "title": "Left the sorting centre in Leipzig",
         "at": now - timedelta(hours=3)},
        {"icon": "mail", "title": "Told Sam that the parcel is on its way", "actor": "Aftercare",
         "text": "E-mail, opened after 4 minutes", "at": now - timedelta(hours=21)},
        {"icon": "triangle-alert", "tone": "attention", "title": "Two days late", "actor": "Aftercare",
         "text": "Silent for longer than usual between Hamburg and Vienna.", "at": now - timedelta(days=2)},
        {"icon": "package", "title": "Packed", "actor": "Olga", "at": now - timedelta(days=9)},
    ]  # fmt: skip


def _tiles() -> list[dict[str, object]]:
    return [
        {"label": "Orders", "value": "1,204", "change": "+8%", "direction": "up", "tone": "good",
         "values": ORDERS_PER_DAY},
        {"label": "On time", "value": "96%", "change": "+1.2 points", "direction": "up", "tone": "good",
         "values": ON_TIME},
        {"label": "Asks for help per 100 orders", "value": "3.4", "change": "+0.6", "direction": "up",
         "tone": "problem", "values": [2.8, 3.1, 2.9, 2.6, 2.7, 3.0, 3.4]},
        {"label": "Satisfaction", "value": "4.7", "change": "unchanged", "values": [4.7, 4.6, 4.7, 4.7, 4.8, 4.7]},
    ]  # fmt: skip


def _columns() -> list[dict[str, object]]:
    return [
        {"label": "Order", "url": "?sort=order"}, {"label": "Customer"}, {"label": "State"},
        {"label": "Placed", "url": "?sort=-placed", "sort": "descending"}, {"label": "Total", "number": True},
    ]  # fmt: skip


def _orders(now: datetime) -> list[dict[str, object]]:
    people = [
        "Sam Okafor", "Wilhelmina von Hohenlohe-Schillingsfürst", "Léa Martin", "نورة العتيبي", "João Pereira",
        "Ida Brandt",
    ]  # fmt: skip
    return [
        {"number": f"JO-{10428 - row}", "customer": person, "tone": tone, "state": state,
         "placed": now - timedelta(hours=5 * row * row + 1), "total": 4990 + 1375 * row}
        for row, (person, (tone, state)) in enumerate(zip(people, _tones(), strict=True))
    ]  # fmt: skip


def _filters() -> list[dict[str, str]]:
    return [
        {"label": "Carrier", "value": "DHL", "remove_url": "?"},
        {"label": "Country", "value": "Austria", "remove_url": "?"},
    ]  # fmt: skip


def _views() -> list[dict[str, object]]:
    return [{"label": "All", "url": "?", "active": True}, {"label": "Late", "url": "?view=late"}]


def _tabs() -> list[dict[str, object]]:
    return [
        {"label": "Timeline", "url": "?", "active": True}, {"label": "Parcels", "url": "?", "count": 2},
        {"label": "Messages", "url": "?", "count": 14}, {"label": "Returns", "url": "?", "count": 0},
    ]  # fmt: skip


def _reasons() -> list[Bar]:
    return [
        Bar(label="Does not fit", value=42, text="42"), Bar(label="Not as pictured", value=27, text="27"),
        Bar(label="Arrived damaged", value=11, text="11"), Bar(label="Bought two to choose from", value=6, text="6"),
    ]  # fmt: skip


def _on_time() -> Line:
    return Line(
        values=ON_TIME, lower=[rate - 0.04 for rate in ON_TIME], upper=[min(rate + 0.03, 1) for rate in ON_TIME],
        starts="Week 40", ends="Week 47", highest="100%", latest="96%",
    )  # fmt: skip


def _bulk() -> list[dict[str, str]]:
    return [
        {"label": "Send a message", "name": "do", "value": "message", "icon": "mail"},
        {"label": "Download as CSV", "name": "do", "value": "csv", "icon": "download"},
    ]  # fmt: skip
