from django.db import migrations

# Whoever could exchange a seed could choose who is drawn first. Holds for every role and every way in, raw SQL too.
CREATE = """
CREATE FUNCTION openings_refuse_seed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The seed of an opening never changes once it is fixed.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER openings_opening_seed_stays BEFORE UPDATE ON openings_opening FOR EACH ROW
    WHEN (OLD.lottery_seed <> '' AND NEW.lottery_seed IS DISTINCT FROM OLD.lottery_seed)
    EXECUTE FUNCTION openings_refuse_seed();
"""
DROP = """
DROP TRIGGER openings_opening_seed_stays ON openings_opening;
DROP FUNCTION openings_refuse_seed();
"""


class Migration(migrations.Migration):
    dependencies = [("openings", "0002_give_seeds")]
    operations = [migrations.RunSQL(CREATE, DROP)]
