"""The API of carriers: which can be connected, which the store has connected, and how that goes."""

from datetime import datetime
from typing import Annotated

from django.conf import settings as installation
from django.urls import reverse
from ninja import Path, Router
from pydantic import BaseModel, ConfigDict, Field

from aftercare.commerce.shipments.actions import (
    change_settings,
    connect_carrier,
    disconnect_carrier,
    pause_carrier,
    want_test,
)
from aftercare.commerce.shipments.carriers import Fetches, offered, registry
from aftercare.commerce.shipments.models import CarrierAccount
from aftercare.commerce.shipments.queries import carrier_account, carrier_accounts
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import Accepted, ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.set_up import SettingOut, SettingsIn, names_settings, settings_asked

router = Router(tags=["Connections"])

CarrierKey = Annotated[str, Path(pattern=r"^[^\x00]{1,40}$", description="The carrier's key.", examples=["easypost"])]
_NEW = {"settings": {"secret": "a long word that EasyPost signs with"}}


class CarrierKind(BaseModel):
    """A carrier that can be connected."""

    carrier: Annotated[str, Field(examples=["easypost"])]
    label: Annotated[str, Field(examples=["EasyPost"])]
    is_asked: Annotated[bool, Field(description="We ask it for news; else it sends them to us.", examples=[False])]
    settings: Annotated[list[SettingOut], Field(description="What it must be told.")]


class CarrierKinds(BaseModel):
    """All of them."""

    items: list[CarrierKind]


class CarrierIn(BaseModel):
    """What a carrier is connected with. Where it is connected already, what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    settings: SettingsIn


class CarrierChange(BaseModel):
    """Paused, it is neither asked nor heard; its settings stay."""

    model_config = ConfigDict(extra="forbid")
    state: CarrierAccount.State


class CarrierOut(BaseModel):
    """A carrier the store has connected. Its secrets are told to nobody."""

    carrier: Annotated[str, Field(examples=["dhl"])]
    state: CarrierAccount.State
    address: Annotated[
        str,
        Field(
            description="Where one that sends is to send.",
            examples=["https://care.example.com/hooks/juniper/carriers/easypost"],
        ),
    ]
    connected_at: datetime
    heard: Annotated[int, Field(description="Messages it pushed and we took in.")]
    heard_at: datetime | None
    refused: Annotated[int, Field(description="Messages under its address that were turned away.")]
    refused_at: datetime | None
    refusal: str
    looked: Annotated[int, Field(description="Parcels it was asked about.")]
    looked_at: datetime | None
    failures: Annotated[int, Field(description="Times in a row that asking failed altogether.")]
    problem: Annotated[str, Field(description="Why asking failed the last time; empty if it did not.")]
    problem_at: datetime | None
    tested_at: datetime | None
    test_result: Annotated[str, Field(description="Empty where all was well.")]


class Carriers(BaseModel):
    """All of them: a store has a few."""

    items: list[CarrierOut]


_SAME = tuple(CarrierOut.model_fields.keys() - {"address"})


@router.get("/carriers", response=Carriers)
@api_edge(Permission.SETTINGS_READ)
def list_carriers(request: ApiRequest) -> Carriers:
    """Every carrier the store has connected, by key."""
    return Carriers(items=[_carrier_out(request, one) for one in carrier_accounts()])


@router.get("/carriers/known", response=CarrierKinds)
@api_edge(Permission.SETTINGS_READ)
def list_known_carriers(request: ApiRequest) -> CarrierKinds:
    """Which carriers can be connected, and what each must be told."""
    return CarrierKinds(items=[
        CarrierKind(
            carrier=one.key, label=str(one.label), is_asked=isinstance(one, Fetches),
            settings=settings_asked(one.ConfigForm),
        )
        for one in offered()
    ])  # fmt: skip


@router.get("/carriers/{carrier}", response=CarrierOut)
@api_edge(Permission.SETTINGS_READ)
def read_carrier(request: ApiRequest, carrier: CarrierKey) -> CarrierOut:
    """A connected carrier."""
    return _as_it_stands(request, carrier)


@router.put("/carriers/{carrier}", response=CarrierOut, openapi_extra=example_body(_NEW))
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def connect_one_carrier(request: ApiRequest, carrier: CarrierKey, body: CarrierIn) -> CarrierOut:
    """Connect a carrier, or change its settings."""
    form, said, now = registry[carrier].ConfigForm, body.settings, clock.now()
    connected = {account.carrier: account for account in carrier_accounts()}
    with names_settings(form.base_fields if form else ()):
        if carrier in connected:
            change_settings(account=connected[carrier], settings=said, by=request.who, now=now)
        else:
            connect_carrier(store_id=request.store.pk, carrier_key=carrier, settings=said, by=request.who, now=now)
    return _as_it_stands(request, carrier)


@router.patch("/carriers/{carrier}", response=CarrierOut, openapi_extra=example_body({"state": "paused"}))
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def pause_one_carrier(request: ApiRequest, carrier: CarrierKey, change: CarrierChange) -> CarrierOut:
    """Neither ask nor listen for a while; or do so again."""
    account = carrier_account(store_id=request.store.pk, carrier_key=carrier)
    paused = change.state == CarrierAccount.State.PAUSED
    pause_carrier(account=account, paused=paused, by=request.who, now=clock.now())
    return _as_it_stands(request, carrier)


@router.post("/carriers/{carrier}/test", response=Accepted)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def test_carrier(request: ApiRequest, carrier: CarrierKey) -> Accepted:
    """Have a worker ask the carrier about one parcel; `tested_at` and `test_result` tell whether it answers."""
    want_test(account=carrier_account(store_id=request.store.pk, carrier_key=carrier), now=clock.now())
    return Accepted()


@router.delete("/carriers/{carrier}", response=Accepted)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def remove_carrier(request: ApiRequest, carrier: CarrierKey) -> Accepted:
    """Forget its secrets; what it told us stays."""
    disconnect_carrier(store_id=request.store.pk, carrier_key=carrier, by=request.who, now=clock.now())
    return Accepted()


def _as_it_stands(request: ApiRequest, key: str) -> CarrierOut:
    return _carrier_out(request, carrier_account(store_id=request.store.pk, carrier_key=key))


def _carrier_out(request: ApiRequest, account: CarrierAccount) -> CarrierOut:
    address = installation.SITE_URL + reverse("from_carrier", args=[request.store.slug, account.carrier])
    return CarrierOut(address=address, **{name: getattr(account, name) for name in _SAME})
