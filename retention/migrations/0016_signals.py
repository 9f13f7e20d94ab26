"""Since when a dossier stands on its list, who composed a list by hand, and what stands beside each dossier on it."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# What came on a list before this column was there came with the list.
FILL = """
UPDATE retention_listitem item SET added_at = list.composed_at
FROM retention_destructionlist list WHERE list.id = item.destruction_list_id
"""
# Yes or no, and only of items on lists that who asks may see. A person is the same when the BSN is, or surname and
# birth date together: the children of one parent are found by that parent (casefiles/search.py: purposes 1 and 3).
RELATED = """EXISTS (SELECT 1 FROM casefiles_searchtoken own
            JOIN casefiles_searchtoken other ON other.token = own.token AND other.purpose = own.purpose
                AND other.dossier_id <> own.dossier_id
            JOIN casefiles_dossier found ON found.id = other.dossier_id
            WHERE own.dossier_id = item.dossier_id AND own.purpose IN (1, 3) AND {})"""
SIGNALS = f"""
CREATE VIEW retention_itemsignal AS
    SELECT item.id AS item_id,
        {RELATED.format("found.status = 'open'")} AS family,
        EXISTS (SELECT 1 FROM retention_requestdossier about
            JOIN retention_rightsrequest asked ON asked.id = about.request_id
            WHERE about.dossier_id = item.dossier_id AND asked.ended_at IS NULL) AS request,
        EXISTS (SELECT 1 FROM retention_holdcover cover JOIN retention_hold hold ON hold.id = cover.hold_id
            WHERE cover.dossier_id = item.dossier_id AND hold.reason IN ('complaint', 'claim', 'disciplinary'))
        OR {RELATED.format("found.kind = 'klacht'")} AS complaint,
        EXISTS (SELECT 1 FROM casefiles_accessevent line
            WHERE line.dossier_id = item.dossier_id AND line.occurred_at > now() - interval '1 year'
            AND line.action IN ('read', 'reveal', 'download', 'print', 'export') AND line.outcome = 'done'
            AND line.actor_id IS NOT NULL
            AND (line.occurred_at < list.composed_at OR line.actor_role <> 'team_lead')) AS read
    FROM retention_listitem item JOIN retention_destructionlist list ON list.id = item.destruction_list_id
    WHERE current_user <> 'gv_web' OR (SELECT casefiles_oversees())
        OR list.id = ANY ((SELECT retention_ledlists())::bigint[]);
REVOKE ALL ON retention_itemsignal FROM gv_web, gv_worker, gv_sweep;
GRANT SELECT ON retention_itemsignal TO gv_web, gv_worker, gv_sweep;
"""


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('retention', '0015_execution'),
    ]

    operations = [
        migrations.AddField(
            model_name='destructionlist',
            name='composed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='listitem',
            name='added_at',
            field=models.DateTimeField(auto_now_add=True, default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(SIGNALS, migrations.RunSQL.noop),
    ]
