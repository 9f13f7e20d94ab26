"""Who decides on a hold must know of all that it covers: a cover is two ids, and tells nothing of a dossier."""

from django.db import migrations

COVERS = "".join(
    f"""
    DROP POLICY principal ON {table};
    CREATE POLICY principal ON {table} TO gv_web USING (EXISTS (SELECT 1 FROM casefiles_asking));
    """
    for table in ("retention_holdcover", "retention_holdmissed")
)


class Migration(migrations.Migration):
    dependencies = [("retention", "0010_slips_and_marks")]

    operations = [migrations.RunSQL(COVERS, migrations.RunSQL.noop)]
