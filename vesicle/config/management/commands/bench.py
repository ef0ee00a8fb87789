"""``vesicle bench NAME``: our time, a reference's time in the same run, and the ratio."""

from typing import Any, ClassVar

from django.core.management.base import CommandParser

from vesicle.core.benchmarks import BENCHMARKS
from vesicle.core.commands import VesicleCommand


class Command(VesicleCommand):
    """Run one benchmark in a scratch database; nothing real is touched."""

    help = "Measure this installation: our time, a reference's, and the ratio."
    group: ClassVar[str] = "Running"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare every benchmark with its options."""
        names = parser.add_subparsers(dest="name", required=True, metavar="NAME")
        for benchmark in BENCHMARKS:
            own = names.add_parser(benchmark.name, help=benchmark.help)
            if benchmark.argument is not None:
                own.add_argument(benchmark.argument[0], help=benchmark.argument[1])
            for option, (default, words) in benchmark.options.items():
                if isinstance(default, bool):
                    own.add_argument(f"--{option}", action="store_true", help=words)
                else:
                    kind = type(default)
                    own.add_argument(f"--{option}", type=kind, default=default, help=f"{words} (default: {default})")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it; progress goes to standard error."""
        benchmark = next(one for one in BENCHMARKS if one.name == options["name"])
        names = [*benchmark.options, *([benchmark.argument[0]] if benchmark.argument else [])]
        chosen = {name: options[name] for name in names}
        result = benchmark.run(chosen, self.stderr.write)
        self.emit({"benchmark": benchmark.name, **result}, human=lambda: benchmark.in_words(result))
