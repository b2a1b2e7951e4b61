"""Who was in a segment at a moment of the past: the log tells who came and left, back to when its rules last changed.

Whoever has left since stood in it then, if nothing was told of them between then and their leaving.
"""

from aftercare.engagement.segments.events import SegmentEntered, SegmentLeft
from aftercare.foundation.database.stand_ins import AS_OF, Past, register_stand_in

_SINCE_CHANGED = f"(SELECT g.changed_at > {AS_OF} FROM segments_segment g WHERE g.id = t.segment_id)"  # noqa: S608 -- constants of this module
_LEFT = f"""
    UNION ALL
    SELECT 0, {AS_OF}, e.customer_id, e.store_id, g.id
    FROM {{real}}events_event e JOIN segments_segment g ON g.public_id = e.data->>'segment'
    WHERE e.type = '{SegmentLeft.type}' AND e.recorded_at > {AS_OF} AND g.changed_at <= {AS_OF} AND NOT EXISTS (
        SELECT 1 FROM {{real}}events_event b
        WHERE b.customer_id = e.customer_id AND b.type IN ('{SegmentEntered.type}', '{SegmentLeft.type}')
          AND b.data->>'segment' = g.public_id AND b.recorded_at > {AS_OF} AND (b.tx, b.seq) < (e.tx, e.seq))
"""  # noqa: S608 -- constants of this module

register_stand_in(Past("segments_member", where=f"t.since <= {AS_OF} OR {_SINCE_CHANGED}", also=_LEFT))
