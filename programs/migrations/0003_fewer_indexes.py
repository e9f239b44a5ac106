"""A certificate is written into six indexes, not ten: what another index covers, or nobody asks by, goes.

Without a lock that anybody waits for, so each by itself: what was cut off half-way can be begun again.
"""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

CASCADE, PROTECT, SET_NULL = (getattr(django.db.models.deletion, name) for name in ("CASCADE", "PROTECT", "SET_NULL"))
OPTIONAL = {"null": True, "blank": True}
FRESH = (
    models.Index(
        fields=["expires_on"], condition=Q(state="verified", expires_on__isnull=False), name="certification_ends"
    ),
    models.Index(fields=["program"], condition=Q(program__isnull=False), name="certification_program"),
    models.Index(fields=["verified_by"], condition=Q(verified_by__isnull=False), name="certification_verifier"),
)


def without(model: str, name: str, index: str, to: str, on_delete, **more):
    """The key stays, and is checked; its own index goes. AlterField would check every row's key anew."""
    table, key = f"programs_{model}", models.ForeignKey(to, on_delete, db_index=False, **more)
    return migrations.SeparateDatabaseAndState(
        [
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {index}", f"CREATE INDEX {index} ON {table} ({name}_id)"
            )
        ],
        [migrations.AlterField(model, name, key)],
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("accounts", "0010_second_steps_are_sealed"),
        ("programs", "0002_cohort"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        # Beside a site that works it takes as long as it takes.
        migrations.RunSQL("SET statement_timeout = 0; SET lock_timeout = 0", ""),
        # One that was cut off leaves an index that nobody reads.
        *(migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {index.name}", "") for index in FRESH),
        *(AddIndexConcurrently("certification", index) for index in FRESH),
        RemoveIndexConcurrently("certification", "programs_ce_state_ff219e_idx"),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS programs_certification_credential_id_e01cae05_like",
            "CREATE INDEX programs_certification_credential_id_e01cae05_like"
            " ON programs_certification (credential_id varchar_pattern_ops)",
        ),
        without(
            *("certification", "credential", "programs_certification_credential_id_e01cae05"),
            *("programs.credential", PROTECT),
            related_name="certifications",
        ),
        without(
            *("certification", "program", "programs_certification_program_id_ad50d9c4", "programs.program", PROTECT),
            related_name="certifications",
            **OPTIONAL,
        ),
        without(
            *("certification", "trainee", "programs_certification_trainee_id_ac65ab05"),
            *("accounts.traineeprofile", CASCADE),
            related_name="certifications",
        ),
        without(
            *("certification", "verified_by", "programs_certification_verified_by_id_a10ef0f8"),
            *(settings.AUTH_USER_MODEL, SET_NULL),
            related_name="+",
            **OPTIONAL,
        ),
        without(
            *("enrollment", "provider", "programs_enrollment_provider_id_25b8189e", "accounts.organization", PROTECT),
            related_name="enrollments",
        ),
        without(
            *("enrollment", "trainee", "programs_enrollment_trainee_id_8bf384b5", "accounts.traineeprofile", CASCADE),
            related_name="enrollments",
        ),
        without(
            *("tradewish", "trainee", "programs_tradewish_trainee_id_2e560a0a", "accounts.traineeprofile", CASCADE),
            related_name="wishes",
        ),
        migrations.RunSQL("RESET statement_timeout; RESET lock_timeout", ""),
    ]
