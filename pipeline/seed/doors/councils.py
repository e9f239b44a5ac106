"""Two councils, one in each region: a worker, a union, an employer and a school hold seats; and their next meetings."""

from datetime import timedelta

from councils.models import Council, Meeting, Seat, Term

HOLDERS = (("union", "union"), ("employer", "employer"), ("education", "school"), ("community", "community"))


def plant(world) -> None:
    for number, region in enumerate(("Inland", "Valley")):
        council = Council.objects.create(
            public_id=world.number(), name_en=f"{region} council", purpose_en="To say what helps.", is_example=True
        )
        holders = [(seat, world.of(kind)[number].staff["staff"]) for seat, kind in HOLDERS]
        holders += [("worker", None), ("worker", world.alone["member"] if number == 0 else None)]
        for constituency, holder in holders:
            seat = Seat.objects.create(public_id=world.number(), council=council, constituency=constituency)
            if holder:
                Term.objects.create(
                    public_id=world.number(), seat=seat, user=holder, starts_on=world.today - timedelta(days=30),
                )  # fmt: skip
        Meeting.objects.create(
            public_id=world.number(), council=council, starts_at=world.at + timedelta(days=9), place="Library"
        )
        world.councils.append(council)
