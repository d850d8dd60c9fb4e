"""`python3 -m local.setup`: install what the project needs; silent and quick when nothing changed."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - tells users of older versions
    sys.exit(
        "Python 3.11 or newer is missing (this is {}.{}): install it from https://www.python.org/downloads/ "
        "and run `make PYTHON=python3.11 ...`".format(*sys.version_info[:2])
    )

from local.setup.install import install
from local.setup.problems import SetupError

if __name__ == "__main__":
    try:
        install()
    except SetupError as error:
        sys.exit(f"set-up: {error}")
