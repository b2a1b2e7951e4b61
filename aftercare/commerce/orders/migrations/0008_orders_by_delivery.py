from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0007_batches_and_serials'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['store', 'delivered_at'], name='order_delivered', condition=Q(delivered_at__isnull=False)),
        ),
    ]
