"""The shopper's edges of messaging: choosing what one hears, the inbox, notifications, digests, and where short links
lead."""

from aftercare.engagement.messaging.portal import devices, digests, inbox, links, preferences

urlpatterns = [
    *preferences.urlpatterns,
    *inbox.urlpatterns,
    *links.urlpatterns,
    *devices.urlpatterns,
    *digests.urlpatterns,
]
