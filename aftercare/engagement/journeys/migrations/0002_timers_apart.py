import django.db.models.deletion
from django.db import migrations, models

# Whoever is under way takes their timer along, and brings it home with what nudges made of it.
START_TIMERS = """
INSERT INTO journeys_timer (enrolment_id, store_id, due_at, waits_for, waits_by)
SELECT id, store_id, due_at, waits_for, waits_by FROM journeys_enrolment WHERE state = 'running'
"""
BRING_HOME = """
UPDATE journeys_enrolment AS e SET due_at = t.due_at FROM journeys_timer AS t WHERE t.enrolment_id = e.id
"""
# Half of every page is left to moves: those who entered together move together, and a row that finds room beside its
# old version needs no entry in any index.
LEAVE_ROOM = "ALTER TABLE journeys_enrolment SET (fillfactor = 50)"
FILL = "ALTER TABLE journeys_enrolment RESET (fillfactor)"
# Timers come and go all day, and every look for those due walks past what they leave behind.
SWEEP_OFTEN = """
ALTER TABLE journeys_timer SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('journeys', '0001_initial'),
        ('stores', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Timer',
            fields=[
                ('enrolment', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='timer', serialize=False, to='journeys.enrolment')),
                ('due_at', models.DateTimeField()),
                ('waits_for', models.CharField(blank=True, help_text="The enrolment's, for nudges to look at.", max_length=300)),
                ('waits_by', models.CharField(blank=True, max_length=10)),
                ('store', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.store')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.RunSQL(START_TIMERS, BRING_HOME),
        migrations.AddIndex(
            model_name='timer',
            index=models.Index(fields=['due_at'], name='timer_due'),
        ),
        migrations.RunSQL(SWEEP_OFTEN, migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name='enrolment',
            name='enrolment_due',
        ),
        migrations.RemoveIndex(
            model_name='enrolment',
            name='enrolment_waits_shipment',
        ),
        migrations.AlterField(
            model_name='enrolment',
            name='due_at',
            field=models.DateTimeField(help_text='As the last move decided; the timer may ring earlier.'),
        ),
        migrations.AlterField(
            model_name='enrolment',
            name='journey',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='journeys.journey'),
        ),
        migrations.AddIndex(
            model_name='enrolment',
            index=models.Index(condition=models.Q(('shipment_id__isnull', False)), fields=['shipment_id'], name='enrolment_shipment'),
        ),
        migrations.RunSQL(LEAVE_ROOM, FILL),
        migrations.AlterField(
            model_name='steplog',
            name='enrolment',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='log', to='journeys.enrolment'),
        ),
        migrations.AlterField(
            model_name='steplog',
            name='store',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.store'),
        ),
    ]
