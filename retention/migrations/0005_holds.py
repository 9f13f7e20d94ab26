"""Holds by criterion, lifting for one dossier, sealed words, and what a hold came too late for."""

import casefiles.models.cascade
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


# A cover of a hold that was lifted before covers were lifted one by one.
LIFTED = """
UPDATE retention_holdcover cover SET lifted_at = hold.lifted_at, lifted_by_id = hold.lifted_by_id
FROM retention_hold hold WHERE hold.id = cover.hold_id AND hold.lifted_at IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('casefiles', '0002_guards'),
        ('retention', '0004_receipt_annex'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='hold',
            name='job',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='hold', to='casefiles.job'),
        ),
        migrations.AddField(
            model_name='hold',
            name='once',
            field=models.UUIDField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name='holdcover',
            name='how',
            field=models.CharField(choices=[('placed', 'when the hold was placed'), ('caught', 'when the dossier was opened or changed'), ('repaired', 'by the nightly check')], default='placed', max_length=8),
        ),
        migrations.AddField(
            model_name='holdcover',
            name='lifted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='holdcover',
            name='lifted_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='HoldText',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('facts', models.BinaryField()),
                ('hold', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='text', to='retention.hold')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='HoldCriterion',
            fields=[
                ('hold', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='criterion', serialize=False, to='retention.hold')),
                ('kind', models.CharField(blank=True, choices=[('jeugdhulp', 'youth-care file'), ('toegang', 'access file'), ('ots', 'supervision order file'), ('voogdij', 'guardianship file'), ('jeugdreclassering', 'youth probation file'), ('veilig-thuis', 'Veilig Thuis file'), ('jgz', 'youth health care file'), ('leerplicht', 'school attendance file'), ('klacht', 'complaint file')], max_length=20)),
                ('opened_from', models.DateField(null=True)),
                ('opened_until', models.DateField(null=True)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casefiles.team')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', ''), _negated=True), ('team__isnull', False), ('opened_from__isnull', False), ('opened_until__isnull', False), _connector='OR'), name='hold_criterion_says_something')],
            },
        ),
        migrations.CreateModel(
            name='HoldMissed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dossier_id', models.UUIDField()),
                ('hold', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='missed', to='retention.hold')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('hold', 'dossier_id'), name='hold_missed_once')],
            },
        ),
        migrations.CreateModel(
            name='HoldNote',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('facts', models.BinaryField()),
                ('dossier', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='%(class)s_set', to='casefiles.dossier')),
                ('hold', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='retention.hold')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
                'constraints': [casefiles.models.cascade.DatabaseForeignKey(field='dossier', name='retention_holdnote_of_dossier', on_delete='CASCADE')],
            },
        ),
        migrations.RunSQL(LIFTED, migrations.RunSQL.noop),
    ]
