"""The second wall around what retention keeps of a dossier (casefiles/migrations/0006_second_wall.py)."""

from django.db import migrations

WALL = """
SELECT casefiles_wall(name::regclass, 'metadata')
FROM unnest(ARRAY['retention_clock', 'retention_holdcover', 'retention_holdmissed', 'retention_holdnote']) AS name;

-- What stands on a list outlives its dossier: its list's team says who decides on it.
ALTER TABLE retention_listitem ENABLE ROW LEVEL SECURITY;
CREATE POLICY principal ON retention_listitem TO gv_web USING (
    (SELECT oversees FROM casefiles_asking)
    OR destruction_list_id IN (SELECT list.id FROM retention_destructionlist list JOIN casefiles_ledteam led
                               ON led.id = list.team_id)
    OR EXISTS (SELECT 1 FROM casefiles_dossier dossier WHERE dossier.id = retention_listitem.dossier_id));
SELECT casefiles_wall_open('retention_listitem');

-- A receipt is seen by who sees the item by which its dossier went.
ALTER TABLE retention_receipt ENABLE ROW LEVEL SECURITY;
CREATE POLICY principal ON retention_receipt TO gv_web USING (
    (SELECT oversees FROM casefiles_asking)
    OR EXISTS (SELECT 1 FROM retention_listitem item WHERE item.dossier_id = retention_receipt.dossier_id));
SELECT casefiles_wall_open('retention_receipt');

-- The lead of a team decides on the dossiers of its lists: the department's remark, and the birth dates that the
-- explanation of the due date may name, are content that this takes.
CREATE VIEW retention_reviewing AS
    SELECT item.dossier_id FROM retention_listitem item
    JOIN retention_destructionlist list ON list.id = item.destruction_list_id
    JOIN casefiles_ledteam led ON led.id = list.team_id
    WHERE list.state IN ('review', 'cooling_off', 'executing');
REVOKE ALL ON retention_reviewing FROM gv_web, gv_worker, gv_sweep;
GRANT SELECT ON retention_reviewing TO gv_web, gv_worker, gv_sweep;
SELECT casefiles_wall('retention_itemremark', 'content');
-- That there is a remark is a signal for everyone who decides; what it says is not.
CREATE VIEW retention_remarked AS SELECT item_id FROM retention_itemremark;
REVOKE ALL ON retention_remarked FROM gv_web, gv_worker, gv_sweep;
GRANT SELECT ON retention_remarked TO gv_web, gv_worker, gv_sweep;
CREATE POLICY reviewer ON retention_itemremark TO gv_web USING (
    dossier_id IN (SELECT dossier_id FROM retention_reviewing));
CREATE POLICY reviewer ON casefiles_party FOR SELECT TO gv_web USING (
    role = 'youth' AND dossier_id IN (SELECT dossier_id FROM retention_reviewing));
"""


class Migration(migrations.Migration):
    dependencies = [("retention", "0006_certificates"), ("casefiles", "0006_second_wall")]

    operations = [migrations.RunSQL(WALL, migrations.RunSQL.noop)]
