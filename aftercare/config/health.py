"""What load balancers and Prometheus ask."""

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.web.ratelimit import caller

_LOCAL = {"127.0.0.1", "::1"}


def live(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """The database answers and its tables are those of this version."""
    try:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except Error:
        return JsonResponse({"ready": False, "why": "the database does not answer"}, status=503)
    if missing:
        return JsonResponse(
            {"ready": False, "why": f"{missing} migrations are missing; run `aftercare migrate`"}, status=503
        )
    return JsonResponse({"ready": True})


def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus: from this machine, or with the token of AFTERCARE_METRICS_TOKEN."""
    token = settings.METRICS_TOKEN
    shown = request.headers.get("Authorization", "") == f"Bearer {token}" if token else caller(request) in _LOCAL
    if not shown:
        raise NotFound("There is nothing here.")
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
