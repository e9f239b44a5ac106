from imports.command import ImportCommand


class Command(ImportCommand):
    help = "Bring in a sheet of completers: all rows, or none unless --skip-bad-rows."
    kind = "completers"
    for_help = "the training provider whose people these are, by name or public id"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--people-agreed", action="store_true", help="these people agreed to be matched (where no column says so)"
        )

    def options_of(self, options):
        return {"people_agreed": options["people_agreed"]}
