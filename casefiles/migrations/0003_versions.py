"""Versions of people and authority; of an entry's earlier versions also codes and date. A blind index made anew."""

from django.db import migrations, models


# Names with letters such as ø and ß are hashed otherwise from now on: an empty index is rebuilt within a minute
# (casefiles/reindexing.py), and until it is whole a search says so.
EMPTY_INDEX = "TRUNCATE casefiles_searchtoken"


class Migration(migrations.Migration):

    dependencies = [
        ('casefiles', '0002_guards'),
    ]

    operations = [
        migrations.AddField(
            model_name='authority',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='entryversion',
            name='kind',
            field=models.CharField(blank=True, choices=[('contact', 'contact'), ('report', 'report'), ('decision', 'decision'), ('consultation', 'consultation'), ('observation', 'observation'), ('administrative', 'administrative')], max_length=20),
        ),
        migrations.AddField(
            model_name='entryversion',
            name='occurred_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='entryversion',
            name='source',
            field=models.CharField(blank=True, choices=[('fact', 'fact'), ('opinion', 'opinion'), ('statement', 'statement')], max_length=10),
        ),
        migrations.AddField(
            model_name='entryversion',
            name='substantive',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='party',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.RunSQL(EMPTY_INDEX, migrations.RunSQL.noop),
    ]
