"""The console's pages about incidents: the queue, one incident, and what holds up many."""

from aftercare.care.incidents.console import incident, mass, queue

urlpatterns = [*queue.urlpatterns, *mass.urlpatterns, *incident.urlpatterns]
