"""The map of addresses. Every name stands in docs/authz.yml with who may open it."""

from django.conf import settings
from django.urls import include, path

from pipeline import help, kept, ops, probes, views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics_page, name="metrics"),
    path("ops/", ops.ops, name="ops"),
    path("ops/now/", ops.ops_now, name="ops_now"),
    path("ops/retry/", ops.ops_retry, name="ops_retry"),
    path("start/", views.start, name="start"),
    path("again/", kept.send_again, name="send_again"),
    path("help/", help.help_page, name="help"),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("accounts.organizations.urls")),
    path("", include("notifications.urls")),
    path("", include("notifications.sms.urls")),
    path("imports/", include("imports.urls")),
    path("", include("programs.own_urls")),
    path("programs/", include("programs.urls")),
    path("", include("matching.urls")),
    path("", include("placements.urls")),
    path("", include("placements.boards.urls")),
    path("", include("placements.measures.urls")),
    path("openings/", include("openings.urls")),
    path("", include("councils.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("pipeline.demo.urls")))

if settings.ADMIN_ENABLED:
    from django.contrib import admin

    urlpatterns.append(path("admin/", admin.site.urls))

handler400 = "pipeline.views.bad_request"
handler403 = "pipeline.views.denied"
handler404 = "pipeline.views.not_found"
handler500 = "pipeline.views.broken"
