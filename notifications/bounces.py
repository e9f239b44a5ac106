"""What email providers report after they took a letter: that it arrived, came back, or was called unwanted.

The report comes to an address anybody can post to, so it counts only with the provider's signature and our secret. It
may come twice, late, and out of order; a letter comes back once.
"""

import logging

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import EventType, RejectReason
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseForbidden
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from . import addresses
from .models import Delivery, Way

log = logging.getLogger(__name__)

# A provider's own rules or a slow receiver are no fault of the address.
NOT_THE_ADDRESS = {RejectReason.BLOCKED, RejectReason.TIMED_OUT, RejectReason.SPAM}
CAME_BACK = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}
UNWANTED = {EventType.COMPLAINED, EventType.UNSUBSCRIBED}


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_webhook(request):
    """Reports of the email provider. Without a provider and a secret the address does not exist."""
    if not (settings.EMAIL_PROVIDER and settings.ANYMAIL.get("WEBHOOK_SECRET")):
        raise Http404
    if request.method == "HEAD":  # some look whether anybody is at home before they accept the address
        return HttpResponse()
    provider = import_string(f"anymail.webhooks.{settings.EMAIL_WEBHOOK_VIEW}")()
    provider.setup(request)
    try:
        provider.run_validators(request)
        reports = provider.parse_events(request)
    except AnymailWebhookValidationFailure:
        log.warning("a report about mail came without the right signature or secret")
        return HttpResponseForbidden()
    known = [take(report) for report in reports]
    # The provider may be quicker than we are with writing down what it calls the letter: it shall tell us again.
    return HttpResponse(status=200 if all(known) else 503, headers={} if all(known) else {"Retry-After": "60"})


@transaction.atomic
def take(report) -> bool:
    """Note what a provider reports of one letter; what is not about a letter of ours is nothing to us.

    False when it may be about one that is leaving this very moment, and nothing could be noted yet.
    """
    if not report.message_id:
        return True
    at = timezone.now()
    letters = Delivery.objects.filter(channel=Way.EMAIL, provider_id=report.message_id)
    if not letters.exists():
        leaving = Delivery.objects.filter(channel=Way.EMAIL, state=Delivery.State.SENDING, leased_until__gt=at)
        return not (report.recipient and leaving.filter(address__iexact=report.recipient).exists())
    if report.event_type == EventType.DELIVERED:
        letters.filter(delivered_at=None).update(delivered_at=report.timestamp or at)
        return True
    if report.event_type not in CAME_BACK | UNWANTED:
        return True
    unwanted = report.event_type in UNWANTED
    said = " ".join(filter(None, [report.event_type, report.reject_reason, report.mta_response or report.description]))
    first = letters.order_by("pk").first()
    changed = letters.filter(state=Delivery.State.SENT).update(
        state=Delivery.State.BOUNCED,
        reason=Delivery.Reason.COMPLAINT if unwanted else Delivery.Reason.REFUSED,
        error=said[:300],
    )
    # Reported twice, or after somebody confirmed the address: once was enough.
    if changed and (unwanted or report.reject_reason not in NOT_THE_ADDRESS):
        addresses.mark_refused(Way.EMAIL, first.address, said, at=at)
    return True
