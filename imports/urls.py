from django.http import HttpResponse
from django.urls import path

v = lambda request, **kw: HttpResponse("soon")
urlpatterns = [
    path("", v, name="import_list"),
    path("new/<str:kind>/", v, name="import_new"),
    path("<uuid:public_id>/", v, name="import_batch"),
]
