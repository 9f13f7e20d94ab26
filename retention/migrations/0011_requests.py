"""Requests of data subjects."""

import casefiles.models.cascade
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


WALL = "SELECT casefiles_wall('retention_requestdossier', 'metadata')"
# How much a hold covers, for who may see only part of it: whoever does not see all of a hold does not lift it.
SIZES = """
CREATE VIEW retention_holdsize AS
    SELECT hold_id, count(*) FILTER (WHERE lifted_at IS NULL) AS standing, count(*) AS covered
    FROM retention_holdcover GROUP BY hold_id;
REVOKE ALL ON retention_holdsize FROM gv_web, gv_worker, gv_sweep;
GRANT SELECT ON retention_holdsize TO gv_web, gv_worker, gv_sweep;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('casefiles', '0005_search_epoch'),
        ('retention', '0010_slips_and_marks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RightsRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('inspect', 'inspection'), ('copy', 'copy'), ('rectify', 'rectification'), ('own_statement', 'own statement'), ('destroy', 'destruction'), ('restrict', 'restriction'), ('object', 'objection to processing'), ('portability', 'data portability'), ('third_party', 'telling about data from third parties')], max_length=20)),
                ('regime', models.CharField(choices=[('youth_act', 'Youth Act (Jeugdwet)'), ('gdpr', 'GDPR alone, such as an access file'), ('wmo', 'Social Support Act (Wmo)'), ('veilig_thuis', 'Veilig Thuis')], max_length=20)),
                ('capacity', models.CharField(choices=[('self', 'the young person'), ('parent', 'parent with authority'), ('guardian', 'guardian'), ('representative', 'representative or proxy'), ('relative', 'relative'), ('other', 'someone else')], max_length=20)),
                ('received_on', models.DateField()),
                ('registered_at', models.DateTimeField(auto_now_add=True)),
                ('extended_until', models.DateField(null=True)),
                ('extension_told_on', models.DateField(null=True)),
                ('decision', models.CharField(blank=True, choices=[('granted', 'granted'), ('partly', 'partly granted'), ('refused', 'refused'), ('withdrawn', 'withdrawn by the requester')], max_length=10)),
                ('ground', models.CharField(blank=True, choices=[('other_interest', 'keeping is of substantial interest to another'), ('law', 'a law opposes it'), ('other_privacy', 'the privacy of another'), ('unfounded', 'manifestly unfounded or excessive')], max_length=20)),
                ('decided_on', models.DateField(null=True)),
                ('refusal_review_on', models.DateField(null=True)),
                ('contested', models.BooleanField(default=False)),
                ('ended_at', models.DateTimeField(null=True)),
                ('facts', models.BinaryField()),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handler', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hold', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='request', to='retention.hold')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='RequestDossier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dossier', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casefiles.dossier')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='about', to='retention.rightsrequest')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='rightsrequest',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['received_on'], name='request_open'),
        ),
        migrations.AddConstraint(
            model_name='rightsrequest',
            constraint=models.CheckConstraint(condition=models.Q(('decision', ''), models.Q(('decided_by__isnull', False), ('decided_on__isnull', False)), _connector='OR'), name='request_decision_has_day_and_decider'),
        ),
        migrations.AddConstraint(
            model_name='rightsrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision__in', ['refused', 'partly']), _negated=True), models.Q(('ground', ''), _negated=True), _connector='OR'), name='request_refusal_has_ground'),
        ),
        migrations.AddConstraint(
            model_name='rightsrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'destroy'), _negated=True), ('ground__in', ['', 'other_interest', 'law']), _connector='OR'), name='destruction_has_two_grounds_of_refusal'),
        ),
        migrations.AddConstraint(
            model_name='rightsrequest',
            constraint=models.CheckConstraint(condition=models.Q(('extended_until__isnull', True), ('extension_told_on__isnull', False), _connector='OR'), name='request_extension_was_told'),
        ),
        migrations.AddConstraint(
            model_name='rightsrequest',
            constraint=models.CheckConstraint(condition=models.Q(('decided_on__gte', models.F('received_on'))), name='request_decided_after_receipt'),
        ),
        migrations.AddConstraint(
            model_name='requestdossier',
            constraint=casefiles.models.cascade.DatabaseForeignKey(field='dossier', name='retention_requestdossier_of_dossier', on_delete='CASCADE'),
        ),
        migrations.AddConstraint(
            model_name='requestdossier',
            constraint=models.UniqueConstraint(fields=('request', 'dossier'), name='request_is_about_once'),
        ),
        migrations.RunSQL(WALL, migrations.RunSQL.noop),
        migrations.RunSQL(SIZES, migrations.RunSQL.noop),
    ]
