"""Calls that are only tried out are queued nowhere."""

from aftercare.foundation.database.stand_ins import Blank, register_stand_in

register_stand_in(Blank("webhooks_call"))
