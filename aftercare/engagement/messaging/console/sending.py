"""By whom the store's messages are sent, how that goes, and whether receivers believe its mail."""

from typing import Any

from django.conf import settings
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercare.engagement.messaging.actions.check_domain import check_domain, domain_of
from aftercare.engagement.messaging.actions.connections import (
    change_connection,
    connect_provider,
    disconnect_provider,
    send_by_connection,
    send_by_relay,
)
from aftercare.engagement.messaging.calling_back import call_backs, shared_secret
from aftercare.engagement.messaging.channels import MAIL, Channel, channels
from aftercare.engagement.messaging.console.tabs import tabs
from aftercare.engagement.messaging.forms import connection_form
from aftercare.engagement.messaging.models import ChannelConnection
from aftercare.engagement.messaging.providing import Provider
from aftercare.engagement.messaging.queries import (
    Carrier,
    channel_connection_by_public_id,
    channel_connections,
    domain_check_of,
    provider_called,
    provider_of,
    settings_of,
)
from aftercare.engagement.messaging.tones import CONNECTION_TONES
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.kit.schema import normal_phone
from aftercare.foundation.staff.policy import Permission, role_may
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.ratelimit import Limit, take
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_CHECKS = Limit("dns check", burst=10, seconds=60)
_TRIALS = Limit("text message trial", burst=5, seconds=600)


@staff_page(Permission.SETTINGS_READ)
def sending(request: StaffRequest) -> HttpResponse:
    """Who sends, who only reports, and what the sender's DNS says."""
    every, domain = channel_connections(), _domain(request.store)
    found = [one for one in every if one.channel == MAIL]
    context = {
        "connections": found,
        "labels": {key: provider.label for key, provider in channels[MAIL].providers().items()},
        "mail": channels[MAIL],
        "providers": list(channels[MAIL].providers().values()),
        "others": [_shown(one, every) for one in channels if one.key != MAIL and one.providers()],
        "tones": CONNECTION_TONES,
        "sends": next((one for one in found if one.state == ChannelConnection.State.SENDING), None),
        "relay": settings.SMTP_HOST,
        "domain": domain,
        "check": domain_check_of(domain=domain) if domain else None,
        "tabs": tabs(request, "sending"),
    }
    return render(request, "messaging/console/sending.html", context)


@staff_page(Permission.SETTINGS_WRITE)
def connect(request: StaffRequest, channel: str, key: str) -> HttpResponse:
    """Ask what a provider must be told."""
    provider = provider_called(channel=channel, key=key)
    form, status = connection_form(provider, request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            told = dict(form.cleaned_data)
            try:
                made = connect_provider(
                    store_id=request.store.pk, channel=channel, provider=key,
                    reply_domain=told.pop("reply_domain", ""), settings=told,
                    by=request.who, now=clock.now(),
                )  # fmt: skip
            except Invalid as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            else:
                return redirect("channel_connection", store=request.store.slug, public_id=made.public_id)
    context = {"form": form, "provider": provider, "channel": channels[channel]}
    return render(request, "messaging/console/connect.html", context, status=status)


@staff_page(Permission.SETTINGS_READ)
def connection(request: StaffRequest, public_id: str) -> HttpResponse:
    """One provider: where it must report, and how that goes."""
    return _connection_page(request, channel_connection_by_public_id(public_id=public_id))


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def change(request: StaffRequest, public_id: str) -> HttpResponse:
    """Other settings; secrets that are left empty stay."""
    found = channel_connection_by_public_id(public_id=public_id)
    form = connection_form(provider_of(found), request.POST, is_change=True)
    if form.is_valid():
        told = dict(form.cleaned_data)
        try:
            change_connection(
                connection=found, reply_domain=told.pop("reply_domain", ""), settings=told, by=request.who,
                now=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            toasts.success(request, _("Changed."))
            return redirect("channel_connection", store=request.store.slug, public_id=public_id)
    return _connection_page(request, found, form=form, status=422)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def choose(request: StaffRequest, public_id: str) -> HttpResponse:
    """Send by this one from now on."""
    try:
        found = channel_connection_by_public_id(public_id=public_id)
        send_by_connection(connection=found, by=request.who, now=clock.now())
    except Refusal as refusal:
        toasts.error(request, refusal.sentence)
    else:
        toasts.success(request, _("The store's messages go by this provider now."))
    return redirect("channel_connection", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def relay(request: StaffRequest) -> HttpResponse:
    """Send by the installation's relay again."""
    send_by_relay(store_id=request.store.pk, by=request.who, now=clock.now())
    toasts.success(request, _("The store's mail goes by the installation's relay again."))
    return redirect("sending", store=request.store.slug)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def disconnect(request: StaffRequest, public_id: str) -> HttpResponse:
    """Forget a provider's secrets."""
    found = channel_connection_by_public_id(public_id=public_id)
    disconnect_provider(connection=found, by=request.who, now=clock.now())
    toasts.success(request, _("Disconnected. Its secrets are forgotten; what it told us stays."))
    return redirect("sending", store=request.store.slug)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def check(request: StaffRequest) -> HttpResponse:
    """Look at the sender's DNS now."""
    take(limit=_CHECKS, who=request.store.public_id, now=clock.now())
    try:
        check_domain(store=request.store, now=clock.now())
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    return redirect(reverse("sending", args=[request.store.slug]) + "#dns")


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def try_out(request: StaffRequest, public_id: str) -> HttpResponse:
    """Send one's own telephone a test: nothing is written but to it."""
    take(limit=_TRIALS, who=request.store.public_id, now=clock.now())
    shown = channel_connection_by_public_id(public_id=public_id)
    recipient = normal_phone(str(request.POST.get("recipient", "")), request.store.country)
    if not recipient:
        toasts.error(request, _("This is no telephone number."))
    else:
        carrier = Carrier(provider_of(shown), settings_of(shown), shown.public_id)
        receipt = channels[shown.channel].try_out(
            brand=request.store.name, recipient=recipient, carrier=carrier, now=clock.now()
        )
        said = receipt.reply if receipt else _("Nothing can be tried out here.")
        (toasts.success if receipt and receipt.outcome == "sent" else toasts.error)(request, said)
    return redirect("channel_connection", store=request.store.slug, public_id=public_id)


def _connection_page(
    request: StaffRequest, shown: ChannelConnection, *, form: Any = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    provider = provider_of(shown)
    is_in_use = shown.state != ChannelConnection.State.ENDED
    if is_in_use and form is None:
        form = connection_form(provider, None, is_change=True, known=_known(provider, shown))
    context = {
        "connection": shown,
        "provider": provider,
        "form": form,
        "is_in_use": is_in_use,
        "secret": shared_secret(shown) if is_in_use and _may_change(request) else "",
        "can_be_tried": is_in_use and channels[shown.channel].can_be_tried,
        "addresses": _addresses(request, shown) if is_in_use else [],
        "tones": CONNECTION_TONES,
    }
    return render(request, "messaging/console/connection.html", context, status=status)


def _shown(channel: Channel, every: list[ChannelConnection]) -> dict[str, Any]:
    """A channel with those who carry, or carried, it, and who could."""
    known = channel.providers()
    rows = [(one, known[one.provider].label) for one in every if one.channel == channel.key and one.provider in known]
    return {"channel": channel, "rows": rows, "providers": list(known.values()), "note": channel.without_provider}


def _known(provider: Provider, shown: ChannelConnection) -> dict[str, str]:
    """What may be shown again: no secret."""
    try:
        told = settings_of(shown)
    except Refusal:
        told = {}
    open_ones = {setting.name: told.get(setting.name, "") for setting in provider.settings if not setting.secret}
    return {**open_ones, "reply_domain": shown.reply_domain}


def _addresses(request: StaffRequest, shown: ChannelConnection) -> list[dict[str, Any]]:
    """Where the provider calls. A password in it is for those only who may change settings."""
    labels = {
        "tracking": _("Events"), "inbound": _("What comes in"), "both": _("Events and what comes in"),
        "status": _("What became of messages"), "answer": _("Keys that were pressed"),
    }  # fmt: skip
    return [
        {"label": labels.get(one.takes, one.takes), "url": one.url, "is_signed": one.is_signed}
        for one in call_backs(shown, shows_password=_may_change(request))
    ]


def _may_change(request: StaffRequest) -> bool:
    return role_may(role=request.membership.held_role, permission=Permission.SETTINGS_WRITE)


def _domain(store: Store) -> str:
    try:
        return domain_of(store=store)
    except Refusal:
        return ""


urlpatterns = [
    path("messages/sending/", sending, name="sending"),
    path("messages/sending/relay/", relay, name="mail_relay"),
    path("messages/sending/dns/", check, name="dns_check"),
    path("messages/sending/new/<slug:channel>/<slug:key>/", connect, name="connect_provider"),
    path("messages/sending/<str:public_id>/", connection, name="channel_connection"),
    path("messages/sending/<str:public_id>/change/", change, name="change_provider"),
    path("messages/sending/<str:public_id>/choose/", choose, name="choose_provider"),
    path("messages/sending/<str:public_id>/test/", try_out, name="try_provider"),
    path("messages/sending/<str:public_id>/disconnect/", disconnect, name="disconnect_provider"),
]
