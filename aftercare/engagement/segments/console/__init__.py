"""The console's pages about segments: all of them, one with its members, the builder, and lists."""

from django.utils.translation import gettext_lazy as _

from aftercare.engagement.segments.console import builder, lists, pages
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.navigation import Entry, register_entry

urlpatterns = [*lists.urlpatterns, *builder.urlpatterns, *pages.urlpatterns]

register_entry(
    Entry(
        group="Engagement", position=15, label=_("Segments"), icon="shapes", url_name="segments",
        permission=Permission.SEGMENTS_READ,
    )
)  # fmt: skip
