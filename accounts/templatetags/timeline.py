"""`{% timeline record %}`: what happened to a record, as far as the reader may know it."""

from django import template

from accounts import timeline as told

register = template.Library()


@register.inclusion_tag("_timeline.html", takes_context=True)
def timeline(context, subject, named=False, inside=False):
    """The sentences of one record, or of several records of one kind as one list."""
    subjects = list(subject) if hasattr(subject, "__iter__") else [subject]
    by_record = told.of(subjects, reader=_reader(context), named=named, inside=inside)
    entries = sorted((entry for own in by_record.values() for entry in own), key=lambda e: e.at, reverse=True)
    return {"entries": entries}


@register.simple_tag(takes_context=True)
def timelines(context, subjects):
    """Give each of these records its timeline, with the same few questions for all: `record.timeline`."""
    subjects = list(subjects)
    by_record = told.of(subjects, reader=_reader(context))
    for subject in subjects:
        subject.timeline = by_record[subject.pk]
    return ""


def _reader(context):
    request = context.get("request")
    return getattr(request, "user", None)
