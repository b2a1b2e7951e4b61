"""Visits that were agreed on before there were notices get theirs: a day before, and two hours before."""

from django.db import migrations

PLAN = """
    INSERT INTO visits_reminder (store_id, fulfilment_id, notice, starts_at, due_at)
    SELECT f.store_id, f.id, n.notice, f.scheduled_from, f.scheduled_from - n.ahead
    FROM orders_fulfilment f CROSS JOIN (VALUES ('day', interval '1 day'), ('hours', interval '2 hours')) AS n(notice, ahead)
    WHERE f.kind = 'service_visit' AND f.status IN ('open', 'packed', 'ready') AND f.scheduled_from - n.ahead > now()
    ON CONFLICT (fulfilment_id, notice) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial")]

    operations = [migrations.RunSQL(PLAN, migrations.RunSQL.noop)]
