import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journeys', '0002_timers_apart'),
        ('stores', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='journey',
            name='state',
            field=models.CharField(choices=[('live', 'Live'), ('paused', 'Paused'), ('draft', 'Draft'), ('archived', 'Archived')], default='draft', max_length=8),
        ),
        migrations.AddField(
            model_name='version',
            name='note',
            field=models.CharField(blank=True, db_default='', default='', help_text='What changed, and why.', max_length=300),
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('journey', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='draft', serialize=False, to='journeys.journey')),
                ('definition', models.JSONField(help_text="As a version's, but it may be unfinished.")),
                ('revision', models.PositiveIntegerField(default=1)),
                ('based_on', models.PositiveIntegerField(default=0, help_text='The number of the version it began as; 0 for none.')),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(max_length=80)),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.store')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
    ]
