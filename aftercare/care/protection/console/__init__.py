"""The console's pages of protection: the queue of claims, one claim, rules and plans, bookings and evidence."""

from aftercare.care.protection.console import claim, evidence, orders, queue, terms

urlpatterns = [*queue.urlpatterns, *terms.urlpatterns, *claim.urlpatterns, *orders.urlpatterns, *evidence.urlpatterns]
