"""Who takes an emergency's grant may have had another one on the dossier that ended: it becomes the emergency's."""

from django.db import migrations

TAKING = """
ALTER POLICY changes ON casefiles_dossierusergrant
    USING (casefiles_grants(dossier_id) OR user_id = casefiles_principal()
        AND (reason = 'emergency' OR until <= now()) AND casefiles_reaches(dossier_id))
    WITH CHECK (casefiles_grants(dossier_id) OR user_id = casefiles_principal()
        AND reason = 'emergency' AND casefiles_reaches(dossier_id));
"""


class Migration(migrations.Migration):
    dependencies = [("casefiles", "0009_cheaper_wall")]

    operations = [migrations.RunSQL(TAKING, migrations.RunSQL.noop)]
