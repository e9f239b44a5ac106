"""What was one agreement becomes two: certificates beside the contact, and the coordinators beside matching.

Whoever agreed to the former wording agreed to both; the new rows keep that wording and its date, and no version.
"""

from django.db import migrations

APART = """
INSERT INTO accounts_consent (public_id, user_id, purpose, opening_id, organization_id, wording, version, language,
                              source, given_at)
SELECT gen_random_uuid(), user_id, '{new}', opening_id, organization_id, wording, '', language, source, given_at
  FROM accounts_consent WHERE purpose = '{old}' AND withdrawn_at IS NULL
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_consents_views_erasures_guardians")]

    operations = [
        migrations.RunSQL(APART.format(new="certificates", old="contact"), migrations.RunSQL.noop),
        migrations.RunSQL(APART.format(new="record", old="match"), migrations.RunSQL.noop),
    ]
