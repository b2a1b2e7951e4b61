"""The console's pages about files that were fed and shops that are connected."""

from aftercare.commerce.platforms.console import connections, deliveries, imports

urlpatterns = [*imports.urlpatterns, *deliveries.urlpatterns, *connections.urlpatterns]
