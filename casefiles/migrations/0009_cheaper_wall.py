"""The second wall asks functions, not subqueries: what a policy holds is planned anew with every statement.

A page's statement took longer to plan than to run. plpgsql keeps the plan of what it asks; the policies keep their
meaning. Cheap conditions stand first: a function is called for a row only when none of them holds.
"""

from django.db import migrations, models

# The owner's functions: they look past the wall that they are part of. Every name is written in full.
FUNCTIONS = """
CREATE FUNCTION casefiles_oversees() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN (SELECT asking.oversees FROM public.casefiles_asking asking);
END $$;

CREATE FUNCTION casefiles_ledteams() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN ARRAY(SELECT led.id FROM public.casefiles_ledteam led);
END $$;

-- Whether who asks has a living right on the dossier.
CREATE FUNCTION casefiles_reads(dossier uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.casefiles_askingright held WHERE held.dossier_id = dossier);
END $$;

-- Whether who asks and does not oversee sees the dossier's own row.
CREATE FUNCTION casefiles_reaches(dossier uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN public.casefiles_reads(dossier) OR public.casefiles_oversees() IS NOT NULL AND EXISTS (
        SELECT 1 FROM public.casefiles_dossier found WHERE found.id = dossier
        AND (found.team_id = ANY (public.casefiles_ledteams()) OR found.status = 'arriving'
            OR found.reference = nullif(current_setting('gv.entrance', true), '')));
END $$;

-- Whether who asks gives and takes grants on the dossier.
CREATE FUNCTION casefiles_grants(dossier uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN public.casefiles_oversees() IS NOT NULL AND (public.casefiles_oversees()
        OR EXISTS (SELECT 1 FROM public.casefiles_askingright held
                   JOIN public.auth_permission may ON may.id = held.permission_id
                   WHERE held.dossier_id = dossier AND may.codename = 'lead_dossier')
        OR EXISTS (SELECT 1 FROM public.casefiles_dossier found WHERE found.id = dossier
                   AND (found.status = 'arriving' OR found.team_id = ANY (public.casefiles_ledteams()))));
END $$;

CREATE FUNCTION casefiles_treats(dossier uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.casefiles_treating held WHERE held.dossier_id = dossier);
END $$;
"""

WALL = """
CREATE OR REPLACE FUNCTION casefiles_wall(behind regclass, sees text) RETURNS void LANGUAGE plpgsql AS $wall$
DECLARE
    condition constant text := CASE sees
        WHEN 'content' THEN 'NOT (SELECT casefiles_oversees()) AND casefiles_reads(dossier_id)'
        WHEN 'metadata' THEN '(SELECT casefiles_oversees()) OR casefiles_reaches(dossier_id)'
        END;
BEGIN
    IF condition IS NULL THEN
        RAISE EXCEPTION 'casefiles_wall: content or metadata, not %', sees;
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', behind);
    EXECUTE format('DROP POLICY IF EXISTS principal ON %s', behind);
    EXECUTE format('CREATE POLICY principal ON %s TO gv_web USING (%s)', behind, condition);
    PERFORM casefiles_wall_open(behind);
END $wall$;

CREATE OR REPLACE FUNCTION casefiles_wall_open(behind regclass) RETURNS void LANGUAGE plpgsql AS $wall$
BEGIN
    EXECUTE format('DROP POLICY IF EXISTS worker ON %s', behind);
    EXECUTE format('DROP POLICY IF EXISTS sweep ON %s', behind);
    EXECUTE format('CREATE POLICY worker ON %s TO gv_worker USING (true)', behind);
    EXECUTE format('CREATE POLICY sweep ON %s TO gv_sweep USING (true)', behind);
END $wall$;

SELECT casefiles_wall(name::regclass, 'content') FROM unnest(ARRAY['casefiles_party', 'casefiles_authority',
    'casefiles_entry', 'casefiles_entryversion', 'casefiles_document', 'casefiles_searchtoken']) AS name;
SELECT casefiles_wall(name::regclass, 'metadata')
FROM unnest(ARRAY['casefiles_emergencyaccess', 'casefiles_accessnote', 'casefiles_handoveritem']) AS name;

ALTER POLICY principal ON casefiles_dossier USING (
    (SELECT casefiles_oversees())
    OR NOT (SELECT casefiles_oversees()) AND (
        team_id = ANY ((SELECT casefiles_ledteams())::bigint[])
        OR status = 'arriving'
        OR reference = nullif(current_setting('gv.entrance', true), '')
        OR casefiles_reads(id)));
ALTER POLICY secrecy ON casefiles_entry USING (NOT treatment_secret OR casefiles_treats(dossier_id));
ALTER POLICY secrecy ON casefiles_document USING (NOT treatment_secret OR casefiles_treats(dossier_id));
ALTER POLICY principal ON casefiles_accessevent USING (
    actor_id = casefiles_principal() OR (SELECT casefiles_oversees()) OR casefiles_reaches(dossier_id));
"""

GRANTS = "".join(
    f"""
    ALTER POLICY principal ON casefiles_dossier{kind}grant USING (
        {own} OR (SELECT casefiles_oversees()) OR casefiles_reaches(dossier_id));
    DROP POLICY giver ON casefiles_dossier{kind}grant;
    CREATE POLICY gives ON casefiles_dossier{kind}grant FOR INSERT TO gv_web WITH CHECK ({gives});
    CREATE POLICY changes ON casefiles_dossier{kind}grant FOR UPDATE TO gv_web USING ({gives});
    CREATE POLICY takes ON casefiles_dossier{kind}grant FOR DELETE TO gv_web USING ({gives});
    """
    for kind, own, gives in (
        (
            "user",
            "user_id = casefiles_principal()",
            "casefiles_grants(dossier_id) OR reason = 'emergency' AND user_id = casefiles_principal()"
            " AND casefiles_reaches(dossier_id)",
        ),
        (
            "group",
            "group_id IN (SELECT group_id FROM casefiles_user_groups WHERE user_id = casefiles_principal())",
            "casefiles_grants(dossier_id)",
        ),
    )
)


# The list of dossiers reads by grant, up to 26 for each of a person's groups: the grant itself is the right, so that
# its dossier needs no policy of its own. The web role sees here what its principal was given and no more.
LISTED = """
CREATE VIEW casefiles_ofperson AS
    SELECT held.id AS grant_id, dossier.id, dossier.reference, dossier.kind, dossier.status, dossier.team_id,
        dossier.opened_on, dossier.closed_on, dossier.last_change_on
    FROM casefiles_dossierusergrant held JOIN casefiles_dossier dossier ON dossier.id = held.dossier_id
    WHERE current_user <> 'gv_web' OR held.user_id = casefiles_principal() AND held.until > now();
CREATE VIEW casefiles_ofgroup AS
    SELECT held.id AS grant_id, dossier.id, dossier.reference, dossier.kind, dossier.status, dossier.team_id,
        dossier.opened_on, dossier.closed_on, dossier.last_change_on
    FROM casefiles_dossiergroupgrant held JOIN casefiles_dossier dossier ON dossier.id = held.dossier_id
    WHERE current_user <> 'gv_web' OR held.until > now() AND held.group_id IN (
        SELECT member.group_id FROM casefiles_user_groups member WHERE member.user_id = casefiles_principal());
REVOKE ALL ON casefiles_ofperson, casefiles_ofgroup FROM gv_web, gv_worker, gv_sweep;
GRANT SELECT ON casefiles_ofperson, casefiles_ofgroup TO gv_web, gv_worker, gv_sweep;
"""


class Migration(migrations.Migration):
    dependencies = [("casefiles", "0008_confirming")]

    operations = [
        *(migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (FUNCTIONS, WALL, GRANTS, LISTED)),
        migrations.AddIndex("dossier", models.Index(fields=["-last_change_on", "id"], name="dossier_by_change")),
    ]
