from imports.command import ImportCommand


class Command(ImportCommand):
    help = "Bring in a sheet of programs: all rows, or none unless --skip-bad-rows."
    kind = "programs"
