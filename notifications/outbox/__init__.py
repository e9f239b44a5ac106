"""Posting and sending. A message is a row before it is a message, so nothing that was decided is ever untold.

Why no message is lost and none is told twice, step by step:

1. `post_all()` writes the notices and their deliveries in the caller's transaction: they exist if and only if the fact
   does. The unique (person, event, rung) makes telling twice impossible, whatever runs twice.
2. On commit the bell is rung. A bell nobody hears is no harm: the sweep looks every 30 seconds.
3. `claim()` marks rows "sending" with a lease and commits. Two workers never hold the same row (SKIP LOCKED).
4. Just before it leaves each message is looked at once more (`recheck`): consent, wish, address, is it still so,
   how many the person had today, and their night.
5. The message leaves outside any transaction, with a Message-ID fixed when the row was written.
6. The row is marked sent. A worker killed between 5 and 6 leaves a lease that runs out; the message is then sent once
   more with the same Message-ID, by which mail programs recognise a repeat. That is the honest limit.
"""

from .posting import Post, deliver, host, others, post, post_all, ring, send_letter
from .sending import LEASE, abort, again, claim, send_due

__all__ = [
    "LEASE",
    "Post",
    "abort",
    "again",
    "claim",
    "deliver",
    "host",
    "others",
    "post",
    "post_all",
    "ring",
    "send_due",
    "send_letter",
]
