"""What owners in the demo have to do and to know: schedules from the start, and a notice for some of them."""

from datetime import datetime

from aftercare.commerce.catalog.models import Product
from aftercare.engagement.notices.actions import write_notice
from aftercare.engagement.notices.schemas import NoticeIn
from aftercare.engagement.notices.vocabulary import Severity
from aftercare.engagement.ownership.actions import schedule_service
from aftercare.engagement.ownership.schemas import ScheduleIn
from aftercare.engagement.ownership.vocabulary import Unit
from aftercare.foundation.stores.models import Store

_SCHEDULES = (
    ("water-jug", "Change the filter cartridge", "Soak the new one for ten minutes first.", "filter-jug-first-day",
     28, Unit.DAYS),
    ("chopping-board", "Oil the board", "A thin coat, overnight.", "oiling-a-board", 2, Unit.MONTHS),
    ("coffee-grinder", "Clean the burrs", "With the brush from the box; no water.", "grinder-cleaning", 30, Unit.DAYS),
)  # fmt: skip
_NOTICE = {
    "severity": Severity.SAFETY, "title": "The lid may crack when it is washed above 40 °C",
    "text": "Lids of some water jugs crack in the dishwasher. Please wash yours by hand until a new one arrives;"
            " we send it without your asking.",
}  # fmt: skip


def make_schedules(*, store: Store, source: str, by: str, now: datetime) -> None:
    """What is to be done with the jug, the board and the grinder; and a notice that waits to be published."""
    ids = dict(Product.objects.filter(store=store, source=source).values_list("external_id", "public_id"))
    for key, title, text, guide, every, unit in _SCHEDULES:
        told = ScheduleIn(title=title, text=text, guide=guide, every=every, unit=unit, product=ids[key])
        schedule_service(store=store, told=told, by=by, now=now)
    notice = NoticeIn.model_validate({**_NOTICE, "product": ids["water-jug"]})
    write_notice(store=store, told=notice, by=by, now=now)
