"""Transfers to an archive, and the receipt that states one."""

import casefiles.models.cascade
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


WALL = "SELECT casefiles_wall('retention_transfer', 'metadata');"


class Migration(migrations.Migration):

    dependencies = [
        ('casefiles', '0011_list_columns'),
        ('retention', '0018_change_category'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='receipt',
            name='type',
            field=models.CharField(choices=[('intent', 'intent'), ('destroyed', 'destroyed'), ('final', 'final'), ('transferred', 'transferred')], max_length=12),
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('receiver', models.CharField(max_length=120)),
                ('package', models.CharField(blank=True, max_length=80)),
                ('size', models.BigIntegerField(default=0)),
                ('checksum', models.CharField(blank=True, max_length=64)),
                ('handed_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('statement', models.CharField(blank=True, max_length=40)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dossier', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='transfer', to='casefiles.dossier')),
                ('handed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='transfer', to='casefiles.job')),
            ],
            options={
                'default_permissions': (),
                'constraints': [casefiles.models.cascade.DatabaseForeignKey(field='dossier', name='retention_transfer_of_dossier', on_delete='CASCADE'), models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('handed_by__isnull', False), models.Q(('confirmed_by', models.F('handed_by')), _negated=True), models.Q(('checksum', ''), _negated=True), models.Q(('statement', ''), _negated=True)), _connector='OR'), name='transfer_confirmed_by_another_than_handed_over')],
            },
        ),
        migrations.RunSQL(WALL, migrations.RunSQL.noop),
    ]
