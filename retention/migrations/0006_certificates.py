"""Certificates of destruction; their signed PDFs are append-only, and only the worker writes them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON retention_certificatepdf
        FOR EACH ROW EXECUTE FUNCTION casefiles_append_only();
    REVOKE UPDATE, DELETE, TRUNCATE ON retention_certificatepdf FROM gv_web, gv_worker, gv_sweep;
    REVOKE INSERT ON retention_certificatepdf FROM gv_web;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('casefiles', '0002_guards'),
        ('retention', '0005_holds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('requested_at', models.DateTimeField(auto_now_add=True)),
                ('facts', models.JSONField(null=True)),
                ('destruction_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='retention.destructionlist')),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='certificate', to='casefiles.job')),
                ('receipt', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='retention.receipt')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='CertificatePdf',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=2)),
                ('content', models.BinaryField()),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pdfs', to='retention.certificate')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('certificate', 'language'), name='one_pdf_a_language')],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, migrations.RunSQL.noop),
    ]
