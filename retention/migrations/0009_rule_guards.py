"""What Django cannot say: a published rule never changes, and no clock changes without a line about it."""

from django.db import migrations

PUBLISHED = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON retention_ruleversion
    FOR EACH ROW EXECUTE FUNCTION casefiles_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON retention_ruleversion FROM gv_web, gv_worker, gv_sweep;
"""

# Whatever statement moves clocks, one line each, in the same transaction. It may not be taken away but with the
# dossier: the cascade acts with the owner's rights, no process has them.
HISTORY = """
CREATE FUNCTION retention_log_clocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO retention_clockchange
        (dossier_id, cause, actor, state_before, state_after, starts_before, starts_after)
    SELECT later.dossier_id, COALESCE(NULLIF(current_setting('gv.cause', true), ''), 'system'),
        COALESCE(current_setting('gv.actor', true), ''), earlier.state, later.state, earlier.starts_on, later.starts_on
    FROM earlier JOIN later ON later.id = earlier.id
    WHERE later.dossier_id IS NOT NULL AND earlier.state NOT IN ('destroying', 'failed')
        AND (earlier.state, earlier.starts_on) IS DISTINCT FROM (later.state, later.starts_on);
    RETURN NULL;
END $$;
CREATE TRIGGER log_clocks AFTER UPDATE ON retention_clock REFERENCING OLD TABLE AS earlier NEW TABLE AS later
    FOR EACH STATEMENT EXECUTE FUNCTION retention_log_clocks();
CREATE TRIGGER append_only BEFORE UPDATE ON retention_clockchange
    FOR EACH ROW EXECUTE FUNCTION casefiles_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON retention_clockchange FROM gv_web, gv_worker, gv_sweep;
"""

WALL = """
SELECT casefiles_wall('retention_clockchange', 'metadata');
SELECT casefiles_wall('retention_clockahead', 'metadata');
"""


class Migration(migrations.Migration):
    dependencies = [("retention", "0008_rule_changes"), ("casefiles", "0006_second_wall")]

    operations = [
        migrations.RunSQL(PUBLISHED, migrations.RunSQL.noop),
        migrations.RunSQL(HISTORY, migrations.RunSQL.noop),
        migrations.RunSQL(WALL, migrations.RunSQL.noop),
    ]
