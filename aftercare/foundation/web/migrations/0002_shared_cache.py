"""A table for Django's cache, so that what is counted and used up holds in every process; see settings.CACHES."""

from django.db import migrations

# Unlogged: what a crash forgets here is who tried what in the last minutes.
CREATE = """
CREATE UNLOGGED TABLE web_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX web_cache_expires ON web_cache (expires);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('web', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(CREATE, "DROP TABLE web_cache"),
    ]
