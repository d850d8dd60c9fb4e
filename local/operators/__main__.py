"""`python -m local.operators COMMAND`: against the local stack, or with `--project` against a deployed one."""

from __future__ import annotations

import sys

import click

from local.operators.credentials import credentials
from local.operators.erase import erase
from local.operators.poison import poison
from local.operators.runs import runs
from local.stack.against import point_environment_at
from shared.errors import PlaybookError
from shared.gcp.settings import SettingsError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--project", envvar="PROJECT", default="", help="A deployed project; without it, the local stack.")
def playbooks(project: str) -> None:
    """Operate Playbooks. Lists and reports can be printed as JSON with --json."""
    point_environment_at(project)


playbooks.add_command(runs)
playbooks.add_command(poison)
playbooks.add_command(erase)
playbooks.add_command(credentials)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; exit code 1 if something was refused, 2 for invalid usage."""
    from google.api_core.exceptions import GoogleAPIError
    from google.auth.exceptions import GoogleAuthError

    try:
        code = playbooks.main(arguments, prog_name="playbooks", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("Stopped.", err=True)
        return 1
    except (PlaybookError, SettingsError, GoogleAPIError, GoogleAuthError) as error:
        click.echo(str(error), err=True)
        return 1
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
