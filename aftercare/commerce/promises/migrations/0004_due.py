"""What is due stands in a queue. Stores learn anew, from more than before, and so find all that is open."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('promises', '0003_learn_anew'),
        ('stores', '0002_second_factor_required'),
    ]

    operations = [
        migrations.CreateModel(
            name='Due',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('parcel', 'Parcel'), ('order', 'Order')], max_length=6)),
                ('row_id', models.BigIntegerField(help_text='Of the parcel or the order; no foreign key, for it need not be there any more.')),
                ('noted_at', models.DateTimeField()),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.store')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.RunSQL("DELETE FROM promises_learned", migrations.RunSQL.noop),
    ]
