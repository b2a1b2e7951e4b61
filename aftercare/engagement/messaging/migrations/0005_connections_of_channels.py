from django.db import migrations, models



class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0004_drafts_of_templates'),
        ('stores', '0001_initial'),
    ]

    operations = [
        migrations.RenameModel(old_name='MailConnection', new_name='ChannelConnection'),
        migrations.RenameModel(old_name='InboundMail', new_name='InboundMessage'),
        migrations.AddField(
            model_name='channelconnection',
            name='channel',
            field=models.CharField(db_default='email', default='email', max_length=20),
        ),
        migrations.AddField(
            model_name='inboundmessage',
            name='channel',
            field=models.CharField(db_default='email', default='email', max_length=20),
        ),
        migrations.RemoveConstraint(model_name='channelconnection', name='one_mail_connection_sends'),
        migrations.AddConstraint(
            model_name='channelconnection',
            constraint=models.UniqueConstraint(
                condition=models.Q(('state', 'sending')), fields=('store', 'channel'), name='one_connection_sends'
            ),
        ),
        migrations.AddField(
            model_name='handover',
            name='cost',
            field=models.DecimalField(decimal_places=6, help_text='As the provider told it.', max_digits=12, null=True),
        ),
        migrations.AddField(
            model_name='handover',
            name='currency',
            field=models.CharField(blank=True, db_default='', default='', max_length=3),
        ),
        migrations.AddField(
            model_name='handover',
            name='parts',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='What is paid for: segments of a text.'),
        ),
        migrations.AddField(
            model_name='templatedraft',
            name='short',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='templateversion',
            name='short',
            field=models.TextField(blank=True, db_default='', default='', help_text='What media of few words carry.'),
        ),
        migrations.AlterField(
            model_name='channelconnection',
            name='trouble',
            field=models.CharField(blank=True, help_text='Why it takes nothing at present.', max_length=300),
        ),
        migrations.AlterField(
            model_name='inboundmessage',
            name='kind',
            field=models.CharField(choices=[('reply', 'Written by a person'), ('automatic', 'Automatic answer'), ('bounce', 'Delivery report'), ('unsubscribe', 'Unsubscribes'), ('help', 'Asks who we are'), ('start', 'Allows it again')], max_length=12),
        ),
        migrations.AlterField(
            model_name='suppression',
            name='cause',
            field=models.CharField(choices=[('bounce', 'Does not exist'), ('soft', 'Keeps bouncing'), ('complaint', 'Reported as spam'), ('unsubscribed', 'Unsubscribed'), ('staff', 'Blocked by staff'), ('stopped', 'Asked us to stop')], max_length=12),
        ),
    ]
