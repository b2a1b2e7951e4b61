"""Making an installation ready: tables, partitions, cursors, and every store's built-in templates and journeys."""

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from aftercare.engagement.journeys.actions.publish import install_builtin_journeys
from aftercare.engagement.messaging.actions.templates import install_builtin_templates, stores_behind
from aftercare.foundation.database.bulk import lock_for_session
from aftercare.foundation.events.partitions import ensure_partitions
from aftercare.foundation.events.runner import install_cursors
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope


def prepare(*, verbosity: int = 0) -> None:
    """Bring the database to this version, and every store to its built-in templates.

    Safe to run at once from many processes, and cheap when there is nothing to do.
    """
    if _is_behind():
        with lock_for_session("aftercare.prepare"):
            call_command("migrate", interactive=False, verbosity=verbosity)
            ensure_partitions(now=clock.now())
            install_cursors(now=clock.now())
            for store in Store.objects.all():
                equip_store(store)
    elif stores_behind():
        with lock_for_session("aftercare.prepare"):
            # Asked again: whoever held the lock has equipped them.
            for store in Store.objects.filter(pk__in=stores_behind()):
                equip_store(store)


@transaction.atomic
def equip_store(store: Store) -> None:
    """Give a store what every store starts with."""
    with store_scope(store.pk):
        install_builtin_templates(store=store, now=clock.now())
        install_builtin_journeys(store=store, now=clock.now())


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
