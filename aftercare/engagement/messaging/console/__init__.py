"""The console's pages about messages: what was said and heard, what keeps us from saying more, and by whom it goes."""

from aftercare.engagement.messaging.console import (
    calls,
    holds,
    messages,
    replies,
    rules,
    sending,
    simulator,
    suppressions,
    templates,
    ways,
)

urlpatterns = [
    *messages.first_urlpatterns,
    *templates.urlpatterns,
    *suppressions.urlpatterns,
    *holds.urlpatterns,
    *replies.urlpatterns,
    *sending.urlpatterns,
    *rules.urlpatterns,
    *simulator.urlpatterns,
    *ways.urlpatterns,
    *calls.urlpatterns,
    *messages.last_urlpatterns,
]
