"""What was learned is kept in other terms now; the loop learns it anew within minutes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("promises", "0002_learned")]
    operations = [migrations.RunSQL("DELETE FROM promises_learned", migrations.RunSQL.noop)]
