"""What councils keep about a person: the seats they hold."""

from django.utils.translation import gettext_lazy as _

from accounts.record.registry import blank, delete, nobodys, of_user, personal

personal(
    "councils.Term",
    _("Council seats I hold or held"),
    whose=of_user("user"),
    show=("seat__council__name_en", "seat__constituency", "is_alternate", "starts_on", "ends_on", "named_publicly"),
    covers=("user",),
    erase=blank(user=None, named_publicly=False),
)
personal(
    "councils.Office",
    _("What I do for councils"),
    whose=of_user("user"),
    show=("council__name_en", "role", "starts_on", "ends_on"),
    covers=("user",),
    erase=delete,
)
personal(
    "councils.Voice",
    _("What I wrote to councils with my name"),
    whose=of_user("author"),
    show=("council__name_en", "words", "visibility", "received_on", "answer", "answered_on"),
    covers=("author",),
    erase=delete,
)
personal(
    "councils.Following",
    _("Recommendations I asked to hear of, or not to"),
    whose=of_user("user"),
    show=("recommendation__title_en", "is_muted"),
    covers=("user",),
    erase=delete,
)
personal(
    "councils.ActionStep",
    _("Steps given to me"),
    whose=of_user("assignee"),
    show=("title_en", "due_on", "done_on"),
    covers=("assignee",),
    erase=blank(assignee=None),
)
personal(
    "councils.Recommendation",
    _("Recommendations I look after"),
    whose=of_user("owner"),
    show=("title_en", "state"),
    covers=("owner",),
    erase=blank(owner=None),
)
personal(
    "councils.Resource",
    _("Papers and links I look after"),
    whose=of_user("owner"),
    show=("title_en", "review_on"),
    covers=("owner",),
    erase=blank(owner=None),
)
personal(
    "councils.Version",
    _("Files I brought in for councils"),
    whose=of_user("added_by"),
    show=("file_name", "note", "added_at"),
    covers=("added_by", "number"),
    erase=blank(added_by=None),
)
nobodys("councils.Council", "A body and how it decides; who sits in it stands in its terms and offices.")
personal(
    "councils.Rsvp",
    _("What I answered to calls for meetings"),
    whose=of_user("user"),
    show=("meeting__council__name_en", "meeting__starts_at", "answer", "needs", "needs_note", "at"),
    covers=("user",),
    erase=delete,
)
personal(
    "councils.Attendance",
    _("Meetings I was at"),
    whose=of_user("user"),
    show=("meeting__council__name_en", "meeting__starts_at", "how", "came_at", "left_at"),
    covers=("user",),
    erase=blank(user=None),
    stays=_("That somebody sat in the seat stays, for the count of who was there; not who it was."),
)
personal(
    "councils.Feed",
    _("My calendar links"),
    whose=of_user("user"),
    show=("council__name_en", "made_at", "read_on", "revoked_at"),
    covers=("user", "fingerprint"),
    erase=delete,
)
personal(
    "councils.Elector",
    _("Votes I could take part in"),
    whose=of_user("user"),
    show=("decision__text_en", "decision__decided_at", "recused", "voted", "vote__choice"),
    covers=("user",),
    erase=blank(user=None),
    stays=_("The vote stays counted; not whose it was."),
)
nobodys("councils.Meeting", "When and where a council meets. A place is a hall, a link a room online.")
nobodys("councils.Series", "When and where a council meets, again and again.")
nobodys("councils.AgendaItem", "The council's record of what was said; who is named in approved minutes stays named.")
nobodys("councils.Minutes", "The council's record, frozen once it is approved; attendance stands in it as counts.")
nobodys("councils.Decision", "A question put to a council and its count; who voted stands in its electors.")
nobodys("councils.Vote", "Reached through its elector, who is in the list above.")
nobodys("councils.Ballot", "Points at nobody: not even we know whose it is.")
nobodys("councils.Rule", "A majority.")
nobodys("councils.Seat", "Who holds it stands in its terms.")
