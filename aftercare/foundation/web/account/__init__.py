"""What people do for themselves, whichever store they work in: their security, and joining a store.

Pages beside django-allauth's own, under the same address; templates in `account/` and `mfa/`.
"""

from aftercare.foundation.web.account import invitation, security

urlpatterns = [*security.urlpatterns, *invitation.urlpatterns]
