#!/usr/bin/env python
"""Django's command line for Throughline."""

import contextlib
import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.settings")
    from django.core.management import execute_from_command_line

    from ledger import scopes

    # Whoever may run commands here may see everybody; a server of pages enters a scope for each request.
    command = next(iter(sys.argv[1:]), "help")
    with contextlib.nullcontext() if command == "runserver" else scopes.job(command):
        execute_from_command_line(sys.argv)
