
from django.db import migrations, models

# As in 0009, with the category that governs after the change: a dossier of several kinds, or one that is to be
# destroyed on request, goes from one to another.
HISTORY = """
CREATE OR REPLACE FUNCTION retention_log_clocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO retention_clockchange
        (dossier_id, cause, actor, category, state_before, state_after, starts_before, starts_after)
    SELECT later.dossier_id, COALESCE(NULLIF(current_setting('gv.cause', true), ''), 'system'),
        COALESCE(current_setting('gv.actor', true), ''), later.category_id, earlier.state, later.state,
        earlier.starts_on, later.starts_on
    FROM earlier JOIN later ON later.id = earlier.id
    WHERE later.dossier_id IS NOT NULL AND earlier.state NOT IN ('destroying', 'failed')
        AND (earlier.state, earlier.starts_on, earlier.category_id)
            IS DISTINCT FROM (later.state, later.starts_on, later.category_id);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('retention', '0017_selection_and_requests'),
    ]

    operations = [
        migrations.AddField(
            model_name='clockchange',
            name='category',
            field=models.CharField(blank=True, db_default='', max_length=20),
        ),
        migrations.RunSQL(HISTORY, migrations.RunSQL.noop),
    ]
