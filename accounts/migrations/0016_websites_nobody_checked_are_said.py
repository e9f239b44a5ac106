"""Websites that an organization's own people wrote last, before such were only said until a coordinator checked them.

The ledger says who wrote them: who changed it for the organization itself, with no check since. A verification from before
0013 is none: the website was not on its list. They are only said now, as newer ones are, and stand on the coordinators' list
to verify; nobody gets a task. What coordinators or our own data wrote stays public.
"""

from django.db import migrations

SAID = """
UPDATE accounts_organization o SET website_is_said = true
 WHERE website <> '' AND NOT website_is_said AND kind <> 'coalition' AND (
    SELECT e.kind = 'organization.changed' AND e.organization_id = o.id FROM ledger_event e
     WHERE e.subject_type = 'organization' AND e.subject_id = o.id
       AND (e.kind = 'organization.changed' AND e.facts -> 'changed' ? 'website'
            OR e.kind = 'organization.website_checked'
            OR e.kind = 'organization.verified' AND EXISTS (SELECT FROM accounts_verification v
                WHERE v.organization_id = o.id AND v.at = e.at AND 'website' = ANY (v.checks)))
     ORDER BY e.id DESC LIMIT 1)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0015_what_was_seen_told_apart'),
        ('ledger', '0001_initial'),
    ]

    operations = [migrations.RunSQL(SAID, migrations.RunSQL.noop)]
