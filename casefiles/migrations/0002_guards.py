"""What Django cannot say: the partitioned append-only access log, the unlogged blind index, closed generic tables."""

from django.db import migrations

ACCESS_LOG = """
CREATE TABLE casefiles_accessevent (
    id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    action varchar(12) NOT NULL,
    outcome varchar(8) NOT NULL,
    actor_id bigint,
    actor_name varchar(120) NOT NULL,
    actor_role varchar(30) NOT NULL,
    dossier_id uuid,
    ground varchar(60) NOT NULL,
    detail jsonb NOT NULL,
    PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);
CREATE TABLE casefiles_accessevent_rest PARTITION OF casefiles_accessevent DEFAULT;
CREATE INDEX casefiles_accessevent_dossier ON casefiles_accessevent (dossier_id, occurred_at);
CREATE INDEX casefiles_accessevent_actor ON casefiles_accessevent (actor_id, occurred_at);

CREATE FUNCTION casefiles_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON casefiles_accessevent
    FOR EACH ROW EXECUTE FUNCTION casefiles_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON casefiles_accessevent FROM gv_web, gv_worker, gv_sweep;

-- Makes the partitions of this month and the next ones; the owner's right, lent to whoever runs the nightly sweep.
CREATE FUNCTION casefiles_make_partitions(months integer) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE first date;
BEGIN
    FOR n IN 0..months LOOP
        first := (date_trunc('month', now()) + make_interval(months => n))::date;
        IF to_regclass(format('casefiles_accessevent_%s', to_char(first, 'YYYY_MM'))) IS NULL THEN
            EXECUTE format('CREATE TABLE casefiles_accessevent_%s PARTITION OF casefiles_accessevent '
                           'FOR VALUES FROM (%L) TO (%L)', to_char(first, 'YYYY_MM'), first,
                           (first + interval '1 month')::date);
        END IF;
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION casefiles_make_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casefiles_make_partitions(integer) TO gv_worker;
SELECT casefiles_make_partitions(2);
"""

# In no write-ahead log and no base backup: a restored backup holds no search tokens of a destroyed dossier.
BLIND_INDEX = "ALTER TABLE casefiles_searchtoken SET UNLOGGED;"

# guardian's generic rows would outlive their dossier (no foreign key): nobody may write one.
GENERIC_GRANTS = """
REVOKE INSERT, UPDATE ON guardian_userobjectpermission, guardian_groupobjectpermission FROM gv_web, gv_worker;
"""

# A person's newest dossiers come from one index: the grants repeat the dossier's date, and the database keeps it so.
GRANT_DATES = """
CREATE FUNCTION casefiles_grant_date() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT last_change_on INTO NEW.last_change_on FROM casefiles_dossier WHERE id = NEW.dossier_id;
    RETURN NEW;
END $$;
CREATE TRIGGER grant_date BEFORE INSERT ON casefiles_dossierusergrant
    FOR EACH ROW EXECUTE FUNCTION casefiles_grant_date();
CREATE TRIGGER grant_date BEFORE INSERT ON casefiles_dossiergroupgrant
    FOR EACH ROW EXECUTE FUNCTION casefiles_grant_date();
CREATE FUNCTION casefiles_spread_date() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE casefiles_dossierusergrant SET last_change_on = NEW.last_change_on WHERE dossier_id = NEW.id;
    UPDATE casefiles_dossiergroupgrant SET last_change_on = NEW.last_change_on WHERE dossier_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER spread_date AFTER UPDATE OF last_change_on ON casefiles_dossier
    FOR EACH ROW WHEN (OLD.last_change_on IS DISTINCT FROM NEW.last_change_on)
    EXECUTE FUNCTION casefiles_spread_date();
"""


class Migration(migrations.Migration):
    dependencies = [("casefiles", "0001_initial"), ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more")]

    operations = [
        migrations.RunSQL(ACCESS_LOG, migrations.RunSQL.noop),
        migrations.RunSQL(BLIND_INDEX, migrations.RunSQL.noop),
        migrations.RunSQL(GENERIC_GRANTS, migrations.RunSQL.noop),
        migrations.RunSQL(GRANT_DATES, migrations.RunSQL.noop),
    ]
