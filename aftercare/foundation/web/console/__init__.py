"""The console's own pages: Today and search, settings and staff, what they did, webhooks, and what keeps it running."""

from aftercare.foundation.web.console import (
    audit,
    home,
    people,
    permissions,
    settings,
    system,
    tokens,
    webhook_calls,
    webhooks,
)

urlpatterns = [
    *home.urlpatterns,
    *system.urlpatterns,
    *settings.urlpatterns,
    *people.urlpatterns,
    *tokens.urlpatterns,
    *permissions.urlpatterns,
    *audit.urlpatterns,
    *webhook_calls.urlpatterns,
    *webhooks.urlpatterns,
]
