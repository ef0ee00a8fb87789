"""The `vesicle` command."""

import os
import sys


def main() -> None:
    """Run the command named on the command line and exit with its code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vesicle.config.settings")
    from vesicle.core import console

    console.run(sys.argv[1:])


if __name__ == "__main__":
    main()
