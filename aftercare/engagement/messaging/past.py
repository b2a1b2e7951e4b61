"""Messages that are only tried out, and what spoke against writing to somebody at a moment of the past.

Who was blocked then and is not any more is not known: lifting takes the row away.
"""

from aftercare.foundation.database.stand_ins import AS_OF, Blank, Past, register_stand_in

OUTBOX, SPENDING = "messaging_outboxentry", "messaging_spending"
WRITTEN = ("messaging_message", OUTBOX, SPENDING, "messaging_messagedecision", "messaging_chain", "messaging_chainlink")

for _table in WRITTEN:
    register_stand_in(Blank(_table))
register_stand_in(Blank("messaging_brand"))
register_stand_in(Past("messaging_suppression", where=f"t.added_at <= {AS_OF}"))
register_stand_in(
    Past(
        "messaging_hold",
        columns={"released_at": f"CASE WHEN t.released_at <= {AS_OF} THEN t.released_at END"},
        where=f"t.placed_at <= {AS_OF}",
    )
)
