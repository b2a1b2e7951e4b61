"""Ways through a journey that are only tried out."""

from aftercare.foundation.database.stand_ins import Blank, register_stand_in

JOURNEY, VERSION = "journeys_journey", "journeys_version"
WRITTEN = ("journeys_enrolment", "journeys_timer", "journeys_steplog", "journeys_place")

for _table in (JOURNEY, VERSION, *WRITTEN):
    register_stand_in(Blank(_table))
