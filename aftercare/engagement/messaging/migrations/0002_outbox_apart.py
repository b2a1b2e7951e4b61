import django.db.models.deletion
from django.db import migrations, models

# What waits, is queued or is being sent keeps its moment and its lease.
ENTER = """
INSERT INTO messaging_outboxentry (message_id, store_id, channel, waits, due_at, leased_until, attempts)
SELECT id, store_id, channel, state = 'waiting', coalesce(due_at, created_at), leased_until, attempts
FROM messaging_message WHERE state IN ('waiting', 'queued', 'sending');
UPDATE messaging_message SET state = 'queued' WHERE state = 'sending'
"""
BRING_HOME = """
UPDATE messaging_message AS m
SET due_at = e.due_at, attempts = e.attempts, leased_until = e.leased_until,
    state = CASE WHEN e.leased_until IS NULL THEN m.state ELSE 'sending' END
FROM messaging_outboxentry AS e WHERE e.message_id = m.id
"""
# Room beside every row for what is written next: a claim and a conclusion stay on their page and touch no index.
LEAVE_ROOM = """
ALTER TABLE messaging_message SET (fillfactor = 50);
ALTER TABLE messaging_outboxentry SET (
    fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000
)
"""
FILL = """
ALTER TABLE messaging_message RESET (fillfactor)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0004_stores_of_parts'),
        ('messaging', '0001_initial'),
        ('orders', '0004_lines_await_products'),
        ('stores', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutboxEntry',
            fields=[
                ('message', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='entry', serialize=False, to='messaging.message')),
                ('channel', models.CharField(max_length=20)),
                ('waits', models.BooleanField(help_text='To be decided about again when it is due, not to be sent.')),
                ('due_at', models.DateTimeField()),
                ('leased_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('store', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.store')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.RunSQL(ENTER, BRING_HOME),
        migrations.AddIndex(
            model_name='outboxentry',
            index=models.Index(condition=models.Q(('waits', False)), fields=['channel', 'due_at'], name='outbox_due'),
        ),
        migrations.AddIndex(
            model_name='outboxentry',
            index=models.Index(condition=models.Q(('waits', True)), fields=['due_at'], name='outbox_waiting'),
        ),
        migrations.RunSQL(LEAVE_ROOM, FILL),
        migrations.RemoveIndex(
            model_name='message',
            name='message_queue',
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='message_waiting',
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='message_leases',
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='message_state',
        ),
        migrations.RemoveField(
            model_name='message',
            name='leased_until',
        ),
        migrations.AddField(
            model_name='message',
            name='unsent',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(state__in=('dropped', 'failed'), then=models.F('state')), default=models.Value('')), help_text='The state it ended in, if that is not `sent`.', output_field=models.CharField(max_length=8)),
        ),
        migrations.AlterField(
            model_name='message',
            name='customer',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='customers.customer'),
        ),
        migrations.AlterField(
            model_name='message',
            name='due_at',
            field=models.DateTimeField(help_text='As last decided; the entry in the outbox may be due earlier.', null=True),
        ),
        migrations.AlterField(
            model_name='message',
            name='order',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orders.order'),
        ),
        migrations.AlterField(
            model_name='message',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('queued', 'Queued'), ('sending', 'Being sent'), ('sent', 'Sent'), ('dropped', 'Not sent'), ('failed', 'Failed')], help_text='As last decided: see `standing`.', max_length=8),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('unsent', ''), _negated=True), fields=['store', 'unsent', '-created_at', '-id'], name='message_unsent'),
        ),
    ]
