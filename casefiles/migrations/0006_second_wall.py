"""The second wall: the web role sees only what the person who asks may see, whatever statement it runs.

`gv.principal` is the id of who asks (casefiles/principal.py sets it); without it the web role sees nothing of a
dossier. Its views say who that is and what they may reach; `casefiles_wall` puts a table behind the wall. A later
table needs one line in its migration: SELECT casefiles_wall('its_table', 'content') or 'metadata'.

The views are the owner's, so they look past the wall they are part of; nobody else writes through them.
"""

import django.db.models.deletion
from django.db import migrations, models

VIEWS = """
CREATE FUNCTION casefiles_principal() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('gv.principal', true), '')::bigint;

-- Who asks, and whether they work on content or on metadata; no row for nobody.
CREATE VIEW casefiles_asking AS
    SELECT id, role, role IN ('privacy_officer', 'administrator', 'data_protection_officer', 'auditor') AS oversees
    FROM casefiles_user WHERE id = casefiles_principal() AND is_active;

-- Every right of every person on every dossier, from which source and from when until when. Both walls ask it:
-- casefiles/access.py and the policies. A new source of rights is one more branch here.
CREATE VIEW casefiles_right AS
    SELECT held.user_id, held.dossier_id, held.permission_id, timestamptz '-infinity' AS since, held.until,
        CASE held.reason WHEN 'emergency' THEN 'emergency' ELSE 'own' END AS source
    FROM casefiles_dossierusergrant held
    UNION ALL
    SELECT member.user_id, held.dossier_id, held.permission_id, '-infinity', held.until, 'group'
    FROM casefiles_dossiergroupgrant held JOIN casefiles_user_groups member ON member.group_id = held.group_id
    UNION ALL
    SELECT away.substitute_id, held.dossier_id, held.permission_id, away.starts_at,
        least(held.until, away.ends_at), 'substitution'
    FROM casefiles_substitution away JOIN casefiles_user absent ON absent.id = away.absent_id AND absent.is_active
    JOIN casefiles_dossierusergrant held ON held.user_id = away.absent_id AND held.reason <> 'emergency'
    UNION ALL
    SELECT held.user_id, dossier.id, held.permission_id, '-infinity', held.until, 'whole_team'
    FROM casefiles_teamusergrant held JOIN casefiles_dossier dossier ON dossier.team_id = held.content_object_id
    UNION ALL
    SELECT member.user_id, dossier.id, held.permission_id, '-infinity', held.until, 'whole_team'
    FROM casefiles_teamgroupgrant held JOIN casefiles_user_groups member ON member.group_id = held.group_id
    JOIN casefiles_dossier dossier ON dossier.team_id = held.content_object_id;

-- The living rights of who asks.
CREATE VIEW casefiles_askingright AS
    SELECT dossier_id, permission_id, source FROM casefiles_right
    WHERE user_id = casefiles_principal() AND since <= now() AND until > now();

-- The teams that who asks leads: a lead decides on the team's destruction lists, so sees the metadata of its dossiers.
CREATE VIEW casefiles_ledteam AS
    SELECT team.id FROM casefiles_team team JOIN casefiles_user_groups member ON member.group_id = team.group_id
    JOIN casefiles_asking asking ON asking.id = member.user_id AND asking.role = 'team_lead';

-- How much a dossier holds: numbers for those who may not see what is counted. Treatment secrets do not count.
CREATE VIEW casefiles_contents AS
    SELECT dossier.id AS dossier_id,
        (SELECT count(*) FROM casefiles_entry entry
         WHERE entry.dossier_id = dossier.id AND NOT entry.treatment_secret) AS entries,
        (SELECT count(*) FROM casefiles_document document
         WHERE document.dossier_id = dossier.id AND document.stored AND NOT document.treatment_secret) AS documents,
        (SELECT count(*) FROM casefiles_party party WHERE party.dossier_id = dossier.id) AS people,
        (SELECT count(*) FROM casefiles_party party
         WHERE party.dossier_id = dossier.id AND party.role = 'youth') AS youths
    FROM casefiles_dossier dossier
    WHERE current_user <> 'gv_web'
        OR (SELECT oversees FROM casefiles_asking)
        OR dossier.team_id IN (SELECT id FROM casefiles_ledteam)
        OR EXISTS (SELECT 1 FROM casefiles_askingright held WHERE held.dossier_id = dossier.id);

REVOKE ALL ON casefiles_asking, casefiles_right, casefiles_askingright, casefiles_ledteam, casefiles_contents
    FROM gv_web, gv_worker, gv_sweep;
GRANT SELECT ON casefiles_asking, casefiles_right, casefiles_askingright, casefiles_ledteam, casefiles_contents
    TO gv_web, gv_worker, gv_sweep;
"""

WALL = """
-- Puts a table with a dossier_id behind the wall. `sees`: 'content' for those with a living right on the dossier
-- alone, 'metadata' also for the roles that oversee and for the lead of the dossier's team.
CREATE FUNCTION casefiles_wall(behind regclass, sees text) RETURNS void LANGUAGE plpgsql AS $wall$
DECLARE
    by_right constant text := format(
        'EXISTS (SELECT 1 FROM casefiles_askingright held WHERE held.dossier_id = %s.dossier_id)', behind);
    condition constant text := CASE sees
        WHEN 'content' THEN '(SELECT NOT oversees FROM casefiles_asking) AND ' || by_right
        WHEN 'metadata' THEN '(SELECT oversees FROM casefiles_asking) OR ' || by_right
            || format(' OR EXISTS (SELECT 1 FROM casefiles_dossier dossier WHERE dossier.id = %s.dossier_id)', behind)
        END;
BEGIN
    IF condition IS NULL THEN
        RAISE EXCEPTION 'casefiles_wall: content or metadata, not %', sees;
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', behind);
    EXECUTE format('CREATE POLICY principal ON %s TO gv_web USING (%s)', behind, condition);
    PERFORM casefiles_wall_open(behind);
END $wall$;

-- The worker has no principal: its tasks carry out what a person asked for. The sweep reads back what was destroyed.
CREATE FUNCTION casefiles_wall_open(behind regclass) RETURNS void LANGUAGE plpgsql AS $wall$
BEGIN
    EXECUTE format('CREATE POLICY worker ON %s TO gv_worker USING (true)', behind);
    EXECUTE format('CREATE POLICY sweep ON %s TO gv_sweep USING (true)', behind);
END $wall$;
REVOKE EXECUTE ON FUNCTION casefiles_wall(regclass, text), casefiles_wall_open(regclass) FROM PUBLIC;

SELECT casefiles_wall(name::regclass, 'content') FROM unnest(ARRAY['casefiles_party', 'casefiles_authority',
    'casefiles_entry', 'casefiles_entryversion', 'casefiles_document', 'casefiles_searchtoken']) AS name;

SELECT casefiles_wall(name::regclass, 'metadata')
FROM unnest(ARRAY['casefiles_emergencyaccess', 'casefiles_accessnote', 'casefiles_handoveritem']) AS name;

-- A dossier that arrives is a bare row until its opener leads it: who works on content may reserve and settle one.
-- The entrance for emergencies (casefiles/principal.py) opens to exactly one reference.
ALTER TABLE casefiles_dossier ENABLE ROW LEVEL SECURITY;
CREATE POLICY principal ON casefiles_dossier TO gv_web USING (
    (SELECT oversees FROM casefiles_asking)
    OR (SELECT NOT oversees FROM casefiles_asking)
        AND (EXISTS (SELECT 1 FROM casefiles_askingright held WHERE held.dossier_id = casefiles_dossier.id)
            OR team_id IN (SELECT id FROM casefiles_ledteam)
            OR status = 'arriving'
            OR reference = nullif(current_setting('gv.entrance', true), '')));
SELECT casefiles_wall_open('casefiles_dossier');

-- Treatment secrecy is there for whoever else has a right: only who treats has the permission, and a grant in person.
CREATE VIEW casefiles_treating AS
    SELECT held.dossier_id FROM casefiles_askingright held
    JOIN auth_permission may ON may.id = held.permission_id AND may.codename = 'treat_dossier'
    JOIN casefiles_user treats ON treats.id = casefiles_principal() AND treats.treating
    WHERE held.source = 'own';
REVOKE ALL ON casefiles_treating FROM gv_web, gv_worker, gv_sweep;
GRANT SELECT ON casefiles_treating TO gv_web, gv_worker, gv_sweep;
CREATE POLICY secrecy ON casefiles_entry AS RESTRICTIVE TO gv_web USING (NOT treatment_secret
    OR EXISTS (SELECT 1 FROM casefiles_treating held WHERE held.dossier_id = casefiles_entry.dossier_id));
CREATE POLICY secrecy ON casefiles_document AS RESTRICTIVE TO gv_web USING (NOT treatment_secret
    OR EXISTS (SELECT 1 FROM casefiles_treating held WHERE held.dossier_id = casefiles_document.dossier_id));
CREATE POLICY secrecy ON casefiles_entryversion AS RESTRICTIVE TO gv_web USING (
    EXISTS (SELECT 1 FROM casefiles_entry entry WHERE entry.id = casefiles_entryversion.entry_id));
"""

# Everyone sees their own grants and those on what they may reach. Only who oversees, a lead of the dossier or of its
# team, the opener of an arriving dossier, and who takes an emergency's give and take them.
GRANTS = "".join(
    f"""
    ALTER TABLE casefiles_dossier{kind}grant ENABLE ROW LEVEL SECURITY;
    CREATE POLICY principal ON casefiles_dossier{kind}grant FOR SELECT TO gv_web USING (
        {own}
        OR (SELECT oversees FROM casefiles_asking)
        OR EXISTS (SELECT 1 FROM casefiles_dossier dossier WHERE dossier.id = casefiles_dossier{kind}grant.dossier_id));
    CREATE POLICY giver ON casefiles_dossier{kind}grant TO gv_web USING (
        (SELECT oversees FROM casefiles_asking)
        OR EXISTS (SELECT 1 FROM casefiles_askingright held JOIN auth_permission may ON may.id = held.permission_id
                   WHERE held.dossier_id = casefiles_dossier{kind}grant.dossier_id AND may.codename = 'lead_dossier')
        OR EXISTS (SELECT 1 FROM casefiles_dossier dossier WHERE dossier.id = casefiles_dossier{kind}grant.dossier_id
                   AND (dossier.status = 'arriving' OR dossier.team_id IN (SELECT id FROM casefiles_ledteam)
                        {taken})));
    SELECT casefiles_wall_open('casefiles_dossier{kind}grant');
    """
    for kind, own, taken in (
        ("user", "user_id = casefiles_principal()", "OR reason = 'emergency' AND user_id = casefiles_principal()"),
        ("group", "group_id IN (SELECT group_id FROM casefiles_user_groups WHERE user_id = casefiles_principal())", ""),
    )
)

# The database keeps the grants' dates whoever changes a dossier, also where that person may not change the grants.
DATES = """
ALTER FUNCTION casefiles_grant_date() SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION casefiles_spread_date() SECURITY DEFINER SET search_path = public, pg_temp;
"""

# Everyone writes lines; one reads one's own, and those about the dossiers that one may reach. A month of the log is
# reached through the log alone: a policy of the parent says nothing about its parts.
ACCESS_LOG = """
ALTER TABLE casefiles_accessevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY principal ON casefiles_accessevent FOR SELECT TO gv_web USING (
    actor_id = casefiles_principal()
    OR (SELECT oversees FROM casefiles_asking)
    OR EXISTS (SELECT 1 FROM casefiles_dossier dossier WHERE dossier.id = casefiles_accessevent.dossier_id));
CREATE POLICY everyone_writes ON casefiles_accessevent FOR INSERT TO gv_web WITH CHECK (true);
SELECT casefiles_wall_open('casefiles_accessevent');

CREATE OR REPLACE FUNCTION casefiles_make_partitions(months integer) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first date;
    part text;
BEGIN
    FOR n IN 0..months LOOP
        first := (date_trunc('month', now()) + make_interval(months => n))::date;
        part := format('casefiles_accessevent_%s', to_char(first, 'YYYY_MM'));
        IF to_regclass(part) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF casefiles_accessevent FOR VALUES FROM (%L) TO (%L)',
                           part, first, (first + interval '1 month')::date);
            EXECUTE format('REVOKE ALL ON %I FROM gv_web', part);
        END IF;
    END LOOP;
END $$;
DO $$
DECLARE part regclass;
BEGIN
    FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'casefiles_accessevent'::regclass LOOP
        EXECUTE format('REVOKE ALL ON %s FROM gv_web', part);
    END LOOP;
END $$;
"""

# The opener of a dossier is offered the next free reference, also past those that they may not see.
REFERENCES = """
CREATE FUNCTION casefiles_last_reference(prefix text) RETURNS text LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT reference FROM casefiles_dossier
    WHERE starts_with(reference, prefix) AND reference ~ ('^' || prefix || '[0-9]{4,9}$')
    ORDER BY length(reference) DESC, reference DESC LIMIT 1
$$;
REVOKE EXECUTE ON FUNCTION casefiles_last_reference(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casefiles_last_reference(text) TO gv_web, gv_worker;
"""

# COPY is refused where policies apply: many rows go through a temporary table of the worker's own.
TEMPORARY = """
DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO gv_worker', current_database()); END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("casefiles", "0005_search_epoch")]

    operations = [
        *(
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in (VIEWS, WALL, GRANTS, DATES, ACCESS_LOG, REFERENCES, TEMPORARY)
        ),
        migrations.CreateModel(
            name="Contents",
            fields=[
                ("dossier", models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name="contents", serialize=False, to="casefiles.dossier")),
                ("entries", models.PositiveIntegerField()),
                ("documents", models.PositiveIntegerField()),
                ("people", models.PositiveIntegerField()),
                ("youths", models.PositiveIntegerField()),
            ],
            options={"managed": False, "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Right",
            fields=[
                ("pk", models.CompositePrimaryKey("user_id", "dossier_id", "permission_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("source", models.CharField(max_length=20)),
            ],
            options={"managed": False, "default_permissions": ()},
        ),
    ]
