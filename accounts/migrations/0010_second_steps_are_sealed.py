from django.db import migrations

from accounts import sealed


def seal(apps, schema_editor):
    """What was kept in the clear until now; what is sealed already stays."""
    rows = apps.get_model("mfa", "Authenticator").objects
    sealed.rewrap(lambda text: text if text.startswith(sealed.MARK) else sealed.seal(text), rows)


def unseal(apps, schema_editor):
    sealed.rewrap(sealed.unseal, apps.get_model("mfa", "Authenticator").objects)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_acting_for_a_person"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunPython(seal, unseal)]
