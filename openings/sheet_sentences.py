"""What is said about the rows of an openings sheet."""

from django.utils.translation import gettext_lazy as _

from imports.problems import say

from . import wording

say(
    answer_first=_("It stays a draft until somebody answers on its page which law or contract asks for “%(words)s”."),
    answer_there=_(
        "This opening is shown to everybody. Answer on its page which law or contract asks for “%(words)s”, or take "
        "the "
        "words out of the sheet."
    ),
    employer_missing=_("The employer or union is missing. Fill in whose opening it is."),
    other_employer=_("The sheet says “%(value)s”; the opening comes in for %(organization)s."),
    inside_and_outside=_("The same opening as line %(line)s, announced inside and outside; it comes in once."),
    same_opening=_("The same opening as line %(line)s; it comes in once."),
    same_job_number=_("Line %(line)s has the same number and says something else. Give each opening its own number."),
    no_pay=_("“%(value)s” is no figure, so the opening comes in without pay and stays a draft."),
    pay_not_by_time=_(
        "“%(value)s” is no pay for an hour or a year, so the opening comes in without pay and stays a draft. "
        "Write a figure "
        "such as 24.50."
    ),
    pay_highest_only=_(
        "“%(value)s” names only the highest pay, so the opening comes in without pay and stays a draft. Write "
        "the lowest too."
    ),
    stays_draft=_("It stays a draft; to be shown it still needs: %(missing)s."),
    closes_before=_("The last day is before the first."),
    over=_("Its last day, %(day)s, is over."),
)  # fmt: skip
# One sentence for each ground in the wording of an opening.
say(**{f"wording_{ground}": sentence for ground, sentence in wording.sentences.OF.items()})
say(shuts_out=wording.sentences.OF["record"])  # as rows that came in earlier have it
