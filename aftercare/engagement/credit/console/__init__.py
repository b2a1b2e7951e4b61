"""The console's pages about credit, gift cards and promotions."""

from aftercare.engagement.credit.console import cards, customers, promotions, report

urlpatterns = [*report.urlpatterns, *customers.urlpatterns, *cards.urlpatterns, *promotions.urlpatterns]
