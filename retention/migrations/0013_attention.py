"""Why dossiers stay open past their date, reminders, and when things are brought a step higher."""

import casefiles.models.cascade
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


WALL = """
SELECT casefiles_wall('retention_staysopen', 'metadata');
-- A reminder is its receiver's own; what was told about a dossier is seen by who may know of that dossier.
ALTER TABLE retention_reminder ENABLE ROW LEVEL SECURITY;
CREATE POLICY principal ON retention_reminder TO gv_web USING (to_id = casefiles_principal()
    OR EXISTS (SELECT 1 FROM casefiles_dossier dossier WHERE dossier.id = retention_reminder.dossier_id));
SELECT casefiles_wall_open('retention_reminder');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('casefiles', '0006_second_wall'),
        ('retention', '0012_inventory_and_audit'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('to_lead', models.PositiveSmallIntegerField(default=14)),
                ('to_officer', models.PositiveSmallIntegerField(default=28)),
                ('to_administrator', models.PositiveSmallIntegerField(default=42)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_escalation'), models.CheckConstraint(condition=models.Q(('to_lead__lt', models.F('to_officer')), ('to_officer__lt', models.F('to_administrator'))), name='escalation_goes_up')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('step', models.PositiveSmallIntegerField()),
                ('made_on', models.DateField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('dossier', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casefiles.dossier')),
                ('hold', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='retention.hold')),
                ('request', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='retention.rightsrequest')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('sent_at', None)), fields=['to'], name='reminder_to_send')],
                'constraints': [casefiles.models.cascade.DatabaseForeignKey(field='dossier', name='retention_reminder_of_dossier', on_delete='CASCADE'), models.UniqueConstraint(fields=('to', 'kind', 'step', 'dossier', 'hold', 'request'), name='reminded_once_per_step', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='StaysOpen',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(choices=[('help_goes_on', 'the help goes on'), ('hand_over', 'it is being handed over'), ('procedure', 'a procedure runs'), ('other', 'another reason')], max_length=20)),
                ('until', models.DateField()),
                ('answered_at', models.DateTimeField(auto_now_add=True)),
                ('facts', models.BinaryField()),
                ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dossier', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='%(class)s_set', to='casefiles.dossier')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
                'indexes': [models.Index(fields=['dossier', '-answered_at'], name='stays_open_by_dossier')],
                'constraints': [casefiles.models.cascade.DatabaseForeignKey(field='dossier', name='retention_staysopen_of_dossier', on_delete='CASCADE')],
            },
        ),
        migrations.RunSQL(WALL, migrations.RunSQL.noop),
    ]
