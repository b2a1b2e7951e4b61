from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0006_visits_by_date'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['store', 'delivered_at'], name='order_delivered', condition=Q(delivered_at__isnull=False)),
        ),
    ]
