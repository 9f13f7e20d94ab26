"""What Django cannot say: the log is append-only for every login, and the sweep may write only its own verdict."""

from django.db import migrations

LEDGER = "".join(
    f"""
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION casefiles_append_only();
    REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM gv_web, gv_worker, gv_sweep;
    """
    for table in ("retention_ledgerleaf", "retention_ledgernode", "retention_checkpoint", "retention_receipt")
)
SWEEP = "GRANT UPDATE (step, facts, failure, tries, retry_at) ON retention_listitem TO gv_sweep;"


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_initial"), ("casefiles", "0002_guards")]

    operations = [
        migrations.RunSQL(LEDGER, migrations.RunSQL.noop),
        migrations.RunSQL(SWEEP, migrations.RunSQL.noop),
    ]
