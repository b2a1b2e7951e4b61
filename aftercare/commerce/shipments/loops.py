"""Carriers that have to be asked are asked; and in the demonstration, parcels travel while one watches."""

from datetime import datetime

from django.conf import settings

from aftercare.commerce.shipments.actions import LOOKS, look_due
from aftercare.commerce.shipments.actions.simulated import push_simulated_scans
from aftercare.commerce.shipments.carriers.simulated import Simulated
from aftercare.commerce.shipments.queries import stores_with_carrier
from aftercare.foundation.jobs.loops import Loop, register_loop
from aftercare.foundation.stores.scope import store_scope

NAME = "demo carrier"


def let_parcels_travel(now: datetime) -> int:
    """One round over the stores that work with the simulated carrier; answers how many scans were new."""
    scans = 0
    for store in stores_with_carrier(carrier_key=Simulated.key):
        with store_scope(store.pk):
            scans += push_simulated_scans(store=store, now=now)
    return scans


register_loop(Loop(name=LOOKS, work=look_due, wake=LOOKS, idle=30.0))
if settings.DEMO:
    register_loop(Loop(name=NAME, work=let_parcels_travel, wake=NAME, idle=5.0))
