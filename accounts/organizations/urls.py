"""Addresses of organizations, of who acts for them, of invitations, and of asking to act for one."""

from django.urls import path

from . import joining_views, people_views, views

urlpatterns = [
    path("organizations/", views.organization_list, name="organization_list"),
    path("organizations/new/", views.organization_new, name="organization_new"),
    path("organizations/join/", joining_views.joining_ask, name="joining"),
    path("organizations/join/withdraw/", joining_views.joining_withdraw, name="joining_withdraw"),
    path("organizations/requests/", joining_views.joining_list, name="joining_list"),
    path("organizations/requests/<uuid:public_id>/", joining_views.joining_request, name="joining_request"),
    path("organizations/<uuid:public_id>/", views.organization, name="organization"),
    path("organizations/<uuid:public_id>/edit/", views.organization_edit, name="organization_edit"),
    path("organizations/<uuid:public_id>/verify/", views.organization_verify, name="organization_verify"),
    path("organizations/<uuid:public_id>/merge/", views.organization_merge, name="organization_merge"),
    path("organizations/<uuid:public_id>/people/", people_views.organization_people, name="organization_people"),
    path("organizations/<uuid:public_id>/people/<uuid:membership_id>/", people_views.membership, name="membership"),
    path("organizations/<uuid:public_id>/review/", people_views.organization_review, name="organization_review"),
    path("organizations/<uuid:public_id>/act/", people_views.organization_act, name="organization_act"),
    path(
        "organizations/<uuid:public_id>/invitations/<uuid:invitation_id>/revoke/",
        people_views.invitation_revoke,
        name="invitation_revoke",
    ),
    path("invitations/<str:token>/", people_views.invitation, name="invitation"),
]
