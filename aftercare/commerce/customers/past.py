"""What customers had agreed to at a moment of the past: the proof of every change stands in the log."""

from aftercare.commerce.customers.events import ConsentChanged
from aftercare.foundation.database.stand_ins import AS_OF, Past, register_stand_in

_GRANTED = "e.data->>'granted'"
_SAID = f"""
    SELECT {{what}} FROM events_event e
    WHERE e.customer_id = t.customer_id AND e.type = '{ConsentChanged.type}'
      AND e.data->>'purpose' = t.purpose AND e.data->>'channel' = t.channel
    ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1
"""  # noqa: S608 -- constants of this module

register_stand_in(
    Past(
        "customers_consent",
        columns={
            "granted": f"t.changed_at <= {AS_OF} AND t.granted OR t.changed_at > {AS_OF} AND"
            f" ({_SAID.format(what=_GRANTED)})::boolean"
        },
        where=f"t.changed_at <= {AS_OF} OR EXISTS ({_SAID.format(what='e.id')})",
    )
)
