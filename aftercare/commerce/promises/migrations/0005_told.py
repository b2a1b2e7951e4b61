"""What was told of a promise as an event, so that it is told again only when it has moved."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('promises', '0004_due'),
    ]

    operations = [
        migrations.AddField(
            model_name='orderpromise',
            name='told_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='orderpromise',
            name='told_latest',
            field=models.DateTimeField(help_text='The end of the range when it was told as an event last.', null=True),
        ),
        migrations.AddField(
            model_name='promise',
            name='told_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='promise',
            name='told_latest',
            field=models.DateTimeField(help_text='The end of the range when it was told as an event last.', null=True),
        ),
    ]
