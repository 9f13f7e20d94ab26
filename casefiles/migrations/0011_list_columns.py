"""The columns of the list of dossiers that a person chose."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Empty for everybody: then the usual columns are shown."""

    dependencies = [("casefiles", "0010_taking")]

    operations = [
        migrations.AddField("user", "columns", models.CharField(blank=True, db_default="", default="", max_length=80))
    ]
