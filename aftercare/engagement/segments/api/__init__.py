"""The API of segments: what they are, who is in them, and who would be."""

from ninja import Router

from aftercare.engagement.segments.api.members import router as members
from aftercare.engagement.segments.api.segments import router as segments

router = Router(tags=["Segments"])
for part in (segments, members):
    router.add_router("", part)
