
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casefiles', '0011_list_columns'),
        ('retention', '0016_signals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SelectionFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('year', models.PositiveSmallIntegerField()),
                ('content', models.BinaryField()),
                ('results', models.PositiveIntegerField()),
                ('read_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.RemoveIndex(
            model_name='clock',
            name='clock_falling_due',
        ),
        migrations.AlterField(
            model_name='clockchange',
            name='cause',
            field=models.CharField(choices=[('opened', 'the dossier was opened'), ('changed', 'a substantive change'), ('closed', 'the dossier was closed'), ('reopened', 'the dossier was opened again'), ('fell_due', 'the last day had passed'), ('not_due', 'a published rule keeps it longer'), ('rule', 'a published rule counts from another event'), ('claimed', 'its destruction began'), ('granted', 'a request for destruction was granted'), ('system', 'worked out again')], max_length=12),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(models.F('category'), models.F('starts_on__0'), condition=models.Q(('state', 'running')), name='clock_falls_due'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('state__in', ('waiting', 'not_started', 'running', 'kept', 'due'))), fields=['category', 'starts_on'], name='clock_living'),
        ),
        migrations.AddField(
            model_name='selectionfile',
            name='read_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]
