"""What staff say of how orders reach the carrier."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('promises', '0005_told'),
        ('stores', '0002_second_factor_required'),
    ]

    operations = [
        migrations.CreateModel(
            name='Handling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cut_off', models.TimeField(help_text="What is ordered before it, by the store's clock, leaves the same open day.")),
                ('weekdays', models.JSONField(help_text='Open days, such as ["mon", "tue"].')),
                ('days', models.PositiveSmallIntegerField(default=0, help_text='Further open days until it leaves.')),
                ('closures', models.JSONField(blank=True, default=list, help_text='Days off as ISO dates; public holidays are off too.')),
                ('transit_fewest', models.PositiveSmallIntegerField(help_text='Open days on the way, until history tells.', null=True)),
                ('transit_most', models.PositiveSmallIntegerField(null=True)),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.store')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('store',), name='handling_once')],
            },
        ),
    ]
