"""The demo shop goes on selling while you watch: a loop like any other, present only in the demo."""

from datetime import datetime

from aftercare.config.demo.opening import SLUG
from aftercare.config.demo.playing import recall, remember, tell
from aftercare.foundation.jobs.loops import Loop, register_loop
from aftercare.foundation.stores.models import Store


def go_on(now: datetime) -> int:
    """Tell what happened since the last time."""
    story = recall()
    store = Store.objects.filter(slug=SLUG).first()
    if story is None or store is None:
        return 0
    told_until, per_day = story
    if now <= told_until:
        return 0
    tell(store=store, since=told_until, until=now, per_day=per_day)
    remember(told_until=now, per_day=per_day)
    return 0


register_loop(Loop("the demo shop", go_on, wake="", idle=2))
