"""The console's own pages: Today and search, settings and staff, and what keeps the system running."""

from aftercare.foundation.web.console import home, people, settings, system

urlpatterns = [*home.urlpatterns, *system.urlpatterns, *settings.urlpatterns, *people.urlpatterns]
