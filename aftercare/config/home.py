"""The two front doors: the installation's own page, and the console's, which leads to a store."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from aftercare.foundation.staff.models import User
from aftercare.foundation.staff.queries import memberships_of
from aftercare.foundation.stores.models import Store


def welcome(request: HttpRequest) -> HttpResponse:
    """Where to go from the bare address: shoppers to a store, staff to the console."""
    return render(request, "config/welcome.html", {"stores": Store.objects.order_by("name")[:50]})


@login_required
def console(request: HttpRequest) -> HttpResponse:
    """Straight to the only store one works in, or a choice."""
    assert isinstance(request.user, User)
    memberships = memberships_of(user=request.user)
    if len(memberships) == 1:
        return redirect("today", store=memberships[0].store.slug)
    return render(request, "config/choose_store.html", {"memberships": memberships})
