"""Keeping resources and their versions, and asking owners to look through what is old."""

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.log import record
from notifications import todo, topics

from .. import policies
from ..models import Resource, Version
from .files import Paper

KEPT = 30  # versions of one file


class TooMany(Exception):
    """There are as many versions as are kept; the message says what to do."""


@transaction.atomic(durable=True)
def keep(resource: Resource, *, by, at, still=None) -> Resource:
    """Add a resource, or change what is said of it; `still` refuses when somebody saved in this moment."""
    policies.may_run.check(by, resource.council)
    if resource.pk and still:
        still(Resource.objects.select_for_update(no_key=True).get(pk=resource.pk))
    kind = "resource.changed" if resource.pk else "resource.added"
    resource.tags = list(dict.fromkeys(tag.strip().lower() for tag in resource.tags if tag.strip()))
    resource.tag_words = " ".join(resource.tags)
    resource.changed_on = timezone.localdate(at)
    if resource.pk:
        # The words of its files are not in the form.
        names = {field.name for field in Resource._meta.fields if field.concrete and not field.generated}
        resource.save(update_fields=names - {"id", "public_id", "body_en", "body_es", "is_example"})
    else:
        resource.save()
    record(kind, resource, by=by, at=at)
    return resource


@transaction.atomic(durable=True)
def bring_in(resource: Resource, paper: Paper, *, language: str, note: str, by, at) -> Version:
    """A new version of its file in this language; the same bytes again are the same version."""
    policies.may_run.check(by, resource.council)
    fresh = Resource.objects.select_for_update().get(pk=resource.pk)
    mine = fresh.versions.filter(language=language)
    if same := mine.filter(sha256=paper.sha256).defer("content").first():
        return same
    number = (mine.aggregate(last=Max("number"))["last"] or 0) + 1
    if number > KEPT:
        raise TooMany(_("30 versions are kept. Please add this one as a new paper."))
    version = Version.objects.create(
        resource=fresh,
        language=language,
        number=number,
        file_name=paper.name,
        content_type=paper.content_type,
        size=len(paper.content),
        is_searched=paper.is_searched,
        content=paper.content,
        sha256=paper.sha256,
        note=note,
        added_by=by,
        added_at=at,
    )
    setattr(fresh, f"body_{language}", paper.words)
    fresh.changed_on = timezone.localdate(at)
    fresh.save(update_fields=[f"body_{language}", "changed_on"])
    record("resource.version", fresh, by=by, at=at)
    return version


@transaction.atomic(durable=True)
def ask_owners(*, at) -> int:
    """Ask the owner of each resource whose day of review has come to look through it, once; return how many."""
    rows = Resource.objects.filter(review_on__lte=timezone.localdate(at)).select_related("owner", "council")
    asked = 0
    for resource in rows.defer("body_en", "body_es").order_by("pk"):
        task = todo.ask(
            "resource_review",
            topic=topics.COUNCILS,
            once_key=f"resource_review:{resource.pk}:{resource.review_on}",
            at=at,
            data={"title_en": resource.title_en, "title_es": resource.title_es},
            path=reverse("resource", args=[resource.public_id]),
            owner=resource.owner if resource.owner and resource.owner.is_active else None,
            about=resource,
            due_on=timezone.localdate(at),
        )
        asked += task is not None
    return asked
