"""Parcels that were announced before there was health are judged at once; what is over needs no judging."""

from django.db import migrations

ADOPT = """
    INSERT INTO health_health (shipment_id, store_id, state, why, since, usual_seconds, due_at)
    SELECT id, store_id, 'on_time', 'on_schedule', now(), 0, now() FROM shipments_shipment
    WHERE status NOT IN ('delivered', 'cancelled', 'return_to_sender') AND created_at > now() - interval '60 days'
"""


class Migration(migrations.Migration):
    dependencies = [("health", "0001_initial"), ("shipments", "0005_asking_carriers")]

    operations = [migrations.RunSQL(ADOPT, migrations.RunSQL.noop)]
