"""Everything that changes segments and who is in them."""

from aftercare.engagement.segments.actions.computing import read_past_and_compute
from aftercare.engagement.segments.actions.editing import archive_segment, change_segment, create_segment
from aftercare.engagement.segments.actions.following import COMPUTING, follow
from aftercare.engagement.segments.actions.lists import import_list, put_on_list, take_off_list
from aftercare.engagement.segments.actions.passing import pass_time

__all__ = [
    "COMPUTING",
    "archive_segment",
    "change_segment",
    "create_segment",
    "follow",
    "import_list",
    "pass_time",
    "put_on_list",
    "read_past_and_compute",
    "take_off_list",
]
