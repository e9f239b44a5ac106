"""Two councils, one in each region: a worker, a union, an employer and a school hold seats; and their next meetings."""

from datetime import timedelta

from councils.models import Council, Meeting, Seat

HOLDERS = (("union", "union"), ("employer", "employer"), ("education", "school"), ("community", "community"))


def plant(world) -> None:
    for number, region in enumerate(("Inland", "Valley")):
        council = Council.objects.create(
            public_id=world.number(), name_en=f"{region} council", purpose_en="To say what helps.", is_example=True
        )
        seats = [
            Seat(council=council, constituency=seat, holder=world.of(kind)[number].staff["staff"])
            for seat, kind in HOLDERS
        ]
        seats.append(Seat(council=council, constituency="worker"))
        if number == 0:
            seats.append(Seat(council=council, constituency="worker", holder=world.alone["member"]))
        Seat.objects.bulk_create(seats)
        Meeting.objects.create(
            public_id=world.number(), council=council, starts_at=world.at + timedelta(days=9), place="Library"
        )
        world.councils.append(council)
