"""The page on which one thing is written: it is saved, or everything is given back with what is wrong."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.lifecycle import IllegalStep


def edit(request, form, save, template: str, *, page: str, **context):
    """Save what was written and go to the `page` of what was kept; else show all of it again, and say why.

    `save` is an action: it is called with the form's instance and says with IllegalStep that somebody was quicker.
    """
    if request.method == "POST" and form.is_valid():
        try:
            kept = save(form.instance, by=request.user, at=timezone.now(), still=form.must_still_stand)
        except IllegalStep as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect(page, kept.public_id)
    return render(request, template, context | {"form": form}, status=422 if form.errors else 200)
