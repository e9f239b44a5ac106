"""Which trade a course of study leads to: Classification of Instructional Programs code -> O*NET-SOC code.

Source: the CIP SOC Crosswalk of the National Center for Education Statistics and the Bureau of Labor Statistics (public
domain), the part that concerns the trades here. A course outside of it is placed by the words of its name.
"""

TRADES = {
    "150303": "17-3023",  # electrical and electronic engineering technologies
    "150403": "17-3024",  # electromechanical
    "150506": "51-8031",  # water quality and wastewater treatment
    "150613": "17-3026",  # manufacturing engineering technology
    "460101": "47-2021",  # masonry
    "460201": "47-2031",  # carpentry
    "460302": "47-2111",  # electrician
    "460303": "49-9051",  # lineworker
    "460401": "49-9071",  # building maintenance
    "460402": "47-2161",  # concrete and drywall
    "460403": "47-4011",  # building inspection
    "460404": "47-2081",  # drywall
    "460406": "47-2121",  # glazier
    "460408": "47-2141",  # painting
    "460410": "47-2181",  # roofing
    "460502": "47-2152",  # pipefitting
    "460503": "47-2152",  # plumbing
    "470101": "49-2094",  # electrical and electronics repair
    "470105": "49-2094",  # industrial electronics
    "470201": "49-9021",  # heating, air conditioning, refrigeration
    "470302": "49-3042",  # heavy equipment maintenance
    "470303": "49-9041",  # industrial mechanics
    "470603": "49-3021",  # autobody
    "470604": "49-3023",  # automotive mechanics
    "470605": "49-3031",  # diesel mechanics
    "470613": "49-3031",  # medium and heavy vehicle and truck
    "480501": "51-4041",  # machine tool
    "480503": "51-4041",  # machine shop
    "480506": "47-2211",  # sheet metal
    "480507": "51-4111",  # tool and die
    "480508": "51-4121",  # welding
    "480510": "51-9161",  # numerically controlled machinist
    "480703": "51-7011",  # cabinetmaking
    "490202": "47-2073",  # construction equipment operation
    "490205": "53-3032",  # truck and bus driver
    "490206": "53-7021",  # crane operation
}


def soc(cip: str) -> str:
    """ "48.0508", "480508" or "48.0508 Welding" -> "51-4121"; "" when it is no trade here."""
    digits = "".join(c for c in cip.split(" ")[0] if c.isdigit())
    return TRADES.get(digits.zfill(6), "") if digits else ""
