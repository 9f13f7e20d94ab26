"""What two people approved stands from the claim on: the receipt states who they were."""

from django.db import migrations

# The lock makes a withdrawal wait for a claim that is under way, and a claim pass over what is being withdrawn.
STAND = """
CREATE FUNCTION retention_approval_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public AS $$
BEGIN
    PERFORM FROM retention_listitem WHERE id = OLD.item_id AND step IN ('listed', 'exempted', 'left_out') FOR SHARE;
    IF NOT FOUND AND EXISTS (SELECT FROM retention_listitem WHERE id = OLD.item_id) THEN
        RAISE EXCEPTION 'an approval stands once its dossier is claimed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER approval_stands BEFORE UPDATE OR DELETE ON retention_approval
    FOR EACH ROW EXECUTE FUNCTION retention_approval_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("retention", "0023_end_reviews")]

    operations = [migrations.RunSQL(STAND, migrations.RunSQL.noop)]
