"""Addresses of the boards."""

from django.urls import path

from . import answers, finding, graduates, sheet, views

urlpatterns = [
    path("board/", views.board, name="board"),
    path("board/overdue/", views.board_overdue, name="board_overdue"),
    path("board/today/", views.board_today, name="board_today"),
    path("board/people/", finding.person_find, name="person_find"),
    path("board/sheet/", sheet.board_sheet, name="board_sheet"),
    path("board/do/", views.board_do, name="board_do"),
    path("board/undo/<uuid:public_id>/", views.board_undo, name="board_undo"),
    path("board/views/", views.view_save, name="view_save"),
    path("board/views/<uuid:public_id>/remove/", views.view_remove, name="view_remove"),
    path("hire/answers/", answers.answer_board, name="answer_board"),
    path("hire/answers/<uuid:public_id>/", answers.answer_give, name="answer_give"),
    path("graduates/", graduates.graduates, name="graduates"),
    path("graduates/<int:year>/<int:month>/", graduates.graduate_list, name="graduate_list"),
    path("graduates/<int:year>/<int:month>/<uuid:program>/", graduates.graduate_list, name="graduate_list_of"),
]
