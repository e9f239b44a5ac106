from imports.command import ImportCommand


class Command(ImportCommand):
    help = "Bring in a sheet of openings: all rows, or none unless --skip-bad-rows."
    kind = "openings"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--publish", action="store_true", help="show complete openings to everybody at once")

    def options_of(self, options):
        return {"publish": options["publish"]}
