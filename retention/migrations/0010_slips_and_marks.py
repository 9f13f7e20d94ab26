"""Offers of a slip, behind the wall; by which list a reference went; and receipts found by their tombstone."""

import casefiles.models.cascade
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

WALL = "SELECT casefiles_wall('retention_slipoffer', 'metadata');"
# What a slip names: retention.destruction.claim.TOMBSTONE, character by character.
BY_TOMBSTONE = """
CREATE INDEX retention_receipt_by_tombstone
    ON retention_receipt (sha256('tomb/v1'::bytea || uuid_send(dossier_id)));
"""


class Migration(migrations.Migration):

    dependencies = [
        ('casefiles', '0006_second_wall'),
        ('retention', '0009_rule_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ListMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('destruction_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='retention.destructionlist')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SlipOffer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('outcome', models.CharField(choices=[('offered', 'offered'), ('declined', 'not wanted'), ('not_reached', 'not reached'), ('printed', 'letter made'), ('handed_over', 'handed over')], max_length=12)),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('dossier', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='slip_offers', to='casefiles.dossier')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['dossier', '-recorded_at'], name='slip_offer_newest')],
                'constraints': [casefiles.models.cascade.DatabaseForeignKey(field='dossier', name='retention_slipoffer_of_dossier', on_delete='CASCADE')],
            },
        ),
        migrations.RunSQL(WALL, migrations.RunSQL.noop),
        migrations.RunSQL(BY_TOMBSTONE, migrations.RunSQL.noop),
    ]
