"""What is unusual in the access log, counted a day at a time. Officers alone read it: it says who is asked about."""

import django.db.models.deletion
from django.db import migrations, models

import casefiles.models.cascade

WALL = """
ALTER TABLE casefiles_unusualday ENABLE ROW LEVEL SECURITY;
CREATE POLICY principal ON casefiles_unusualday FOR SELECT TO gv_web USING ((SELECT casefiles_oversees()));
SELECT casefiles_wall_open('casefiles_unusualday');
"""
PATTERNS = [("surname", "Own surname"), ("many", "Many dossiers on one day"), ("unrelated", "Without care relation")]
PATTERNS += [("odd_hours", "At odd hours"), ("refused", "Refused")]


class Migration(migrations.Migration):
    dependencies = [("casefiles", "0012_several_kinds")]

    operations = [
        migrations.CreateModel(
            name="CountedDay",
            fields=[("day", models.DateField(primary_key=True, serialize=False))],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="UnusualDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pattern", models.CharField(choices=PATTERNS, max_length=10)),
                ("day", models.DateField()),
                ("actor_id", models.BigIntegerField()),
                ("actor_name", models.CharField(max_length=120)),
                ("count", models.PositiveIntegerField()),
                ("newest", models.DateTimeField()),
                ("dossier", models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="casefiles.dossier")),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["pattern", "day"], name="unusual_by_day")],
                "constraints": [casefiles.models.cascade.DatabaseForeignKey(field="dossier", name="casefiles_unusualday_of_dossier", on_delete="CASCADE")],
            },
        ),
        migrations.RunSQL(WALL, migrations.RunSQL.noop),
    ]
