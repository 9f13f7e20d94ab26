"""The wall around what retention keeps asks functions too (casefiles/migrations/0009_cheaper_wall.py).

Who decides on a hold must know of all that it covers: a cover is two ids, and tells nothing of a dossier.
"""

from django.db import migrations

WALL = """
CREATE FUNCTION retention_ledlists() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN ARRAY(SELECT list.id FROM public.retention_destructionlist list
                 WHERE list.team_id = ANY (public.casefiles_ledteams()));
END $$;
CREATE FUNCTION retention_reviews(dossier uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.retention_reviewing item WHERE item.dossier_id = dossier);
END $$;

SELECT casefiles_wall(name::regclass, 'metadata') FROM unnest(ARRAY['retention_clock', 'retention_holdnote',
    'retention_clockchange', 'retention_clockahead', 'retention_slipoffer']) AS name;
SELECT casefiles_wall('retention_itemremark', 'content');
ALTER POLICY reviewer ON retention_itemremark USING (retention_reviews(dossier_id));
ALTER POLICY reviewer ON casefiles_party USING (role = 'youth' AND retention_reviews(dossier_id));
ALTER POLICY principal ON retention_listitem USING (
    (SELECT casefiles_oversees())
    OR destruction_list_id = ANY ((SELECT retention_ledlists())::bigint[])
    OR casefiles_reaches(dossier_id));
ALTER POLICY principal ON retention_holdcover USING ((SELECT casefiles_oversees()) IS NOT NULL);
ALTER POLICY principal ON retention_holdmissed USING ((SELECT casefiles_oversees()) IS NOT NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("retention", "0013_attention"), ("casefiles", "0009_cheaper_wall")]

    operations = [migrations.RunSQL(WALL, migrations.RunSQL.noop)]
