"""The console's own pages: Today and search, settings and staff, what they did, and what keeps the system running."""

from aftercare.foundation.web.console import audit, home, people, permissions, settings, system, tokens

urlpatterns = [
    *home.urlpatterns,
    *system.urlpatterns,
    *settings.urlpatterns,
    *people.urlpatterns,
    *tokens.urlpatterns,
    *permissions.urlpatterns,
    *audit.urlpatterns,
]
