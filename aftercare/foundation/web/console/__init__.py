"""The console's own pages: Today and search, settings and staff, and what keeps the system running."""

from aftercare.foundation.web.console import home

urlpatterns = [*home.urlpatterns]
