"""Text messages: a verified number, an agreement of its own, a carrier behind one interface, and what people answer.

phones      a person's number: the code that proves it, the agreement, what they want to hear of
channel     how a notice leaves as a text; what is asked once more before it does
gateway     the interface to a carrier; twilio and console are the two there are
receipts    what the carrier says of a text afterwards
inbound     what people write back: STOP and its kin, START, HELP, and answers
questions   which question an answer belongs to; other rooms register how one is answered
"""
