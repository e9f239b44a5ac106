"""The addresses of the site with the demo's, as pipeline/urls.py has them while DEMO is on."""

from django.urls import include, path

from pipeline import urls

urlpatterns = [
    *[p for p in urls.urlpatterns if str(p.pattern) != "demo/"],
    path("demo/", include("pipeline.demo.urls")),
]
handler404 = urls.handler404
