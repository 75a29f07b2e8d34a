"""Subcommands, one file each, found by being here.

A command module offers ``HELP``, ``add_arguments(parser)`` and ``execute(arguments) -> int``.
"""
