"""Watching how it is done."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from aftercare.engagement.content.kinds import GuideKind, register
from aftercare.engagement.content.schemas import GuideIn
from aftercare.foundation.kit.errors import Invalid


@register
class Video(GuideKind):
    """A video elsewhere, and in the text what it shows, for those who cannot watch it now."""

    key = "video"
    label = _("Video")
    hint = gettext_noop("The address of a video, and in the text what it shows.")
    icon = "circle-play"
    position = 15
    template = "content/portal/kinds/video.html"

    def check(self, guide: GuideIn) -> None:
        if not guide.video_url:
            raise Invalid(
                "A video needs its address.", field="video_url", remedy="Give it, such as https://video.example/jug."
            )
