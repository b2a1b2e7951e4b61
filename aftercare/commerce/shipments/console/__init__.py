"""The console's pages about parcels, and about the carriers that tell of them."""

from aftercare.commerce.shipments.console import carriers, parcels

urlpatterns = [*parcels.urlpatterns, *carriers.urlpatterns]
