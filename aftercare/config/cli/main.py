"""The group of all commands. A command's module is imported, and Django set up, when it is called: --help is instant."""

import importlib
import os

import click
import django

COMMANDS = {
    "up": "Run web, live updates and workers until told to stop.",
    "demo": "Open a demo shop in motion, and run everything.",
    "migrate": "Create or update the tables.",
    "import": "Take in orders, customers, products, shipments or tracking from files.",
    "connect": "List connected shops, and fetch what was before.",
    "store": "Open and list stores.",
    "staff": "Add people and API tokens to a store.",
    "journeys": "List journeys, and let past events in.",
    "evaluate": "Try on your own history how well delivery dates are predicted.",
    "worker": "Run workers (for hosts beyond the first).",
    "backup": "Write everything into one file, while everything runs.",
    "restore": "Bring back what a backup holds.",
    "doctor": "Say what is wrong with this installation and how to mend it.",
}
_SET_DJANGO_UP = {"up", "demo"}  # themselves, once their options have told the addresses


class Commands(click.Group):
    """Finds `name` in the module `cli/name.py` (`import_` for words Python keeps)."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        if cmd_name not in COMMANDS:
            return None
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercare.config.settings")
        if cmd_name == "demo":
            os.environ["AFTERCARE_DEMO"] = "1"
        if cmd_name not in _SET_DJANGO_UP:
            django.setup()
        module = importlib.import_module(f"aftercare.config.cli.{'import_' if cmd_name == 'import' else cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="aftercare", prog_name="aftercare")
def main() -> None:
    """Aftercare looks after a shop's customers from the moment they have paid.

    \b
    Try it:     aftercare demo
    For real:   aftercare store add juniper --name "Juniper & Oak"
                aftercare import orders orders.csv --store juniper
                aftercare up

    Everything is kept in ./aftercare-data unless AFTERCARE_HOME or DATABASE_URL say otherwise.
    """
