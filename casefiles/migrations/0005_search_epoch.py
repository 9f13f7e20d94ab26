"""Each search token says which epoch's key made it: a rotation makes them anew while searching goes on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casefiles", "0004_care_team")]

    operations = [
        migrations.AddField("searchtoken", "epoch", models.PositiveSmallIntegerField(default=1), preserve_default=False)
    ]
