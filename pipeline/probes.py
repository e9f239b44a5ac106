"""What machines ask: is the process alive (/healthz), is the installation well (/readyz), how much of what (/metrics).

They are answered before sessions, languages and the check of the host's name, so that nothing but what they ask about
can make them fail, and a monitoring system inside the network may ask by any name.
"""

import time

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotFound, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from pipeline import health, metrics, unseen


def probes(get_response):
    """Answers the probes at the door, and takes the time of everything else."""
    doors = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics_page}

    def middleware(request):
        if door := doors.get(request.path):
            return door(request)
        began = time.perf_counter()
        response = get_response(request)
        if not unseen.is_unseen(request.path):
            metrics.observe(request, response.status_code, time.perf_counter() - began)
        return response

    return middleware


def _plain(response):
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def healthz(request):
    """This process answers; nothing else is asked."""
    return _plain(HttpResponse("ok\n", content_type="text/plain"))


@require_safe
def readyz(request):
    """Every part of the installation: 200 when all are well, else 503. Says which, and nothing that is secret."""
    found = health.parts(at=timezone.now())
    ready = all(part.ok for part in found.values())
    told = {name: {"ok": part.ok, **part.more} for name, part in sorted(found.items())}
    return _plain(JsonResponse({"ready": ready, "parts": told}, status=200 if ready else 503))


@require_safe
def metrics_page(request):
    """For who holds METRICS_TOKEN; for everybody else, and while none is set, it is not there."""
    wanted, given = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    if not wanted or not constant_time_compare(given, f"Bearer {wanted}"):
        return _plain(HttpResponseNotFound("not found\n", content_type="text/plain"))
    return _plain(HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8"))
