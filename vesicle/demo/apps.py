"""The demo room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo clinic."""

    name = "vesicle.demo"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Help visitors of a demo clinic in, and let benchmarks be run."""
        from vesicle.core.benchmarks import BENCHMARKS
        from vesicle.demo.booking_benchmark import BOOKING
        from vesicle.demo.crash_benchmark import CRASH
        from vesicle.demo.load_benchmark import LOAD
        from vesicle.demo.logins import logins
        from vesicle.demo.pages_benchmark import PAGES_BENCHMARK
        from vesicle.demo.skin_benchmark import SKIN
        from vesicle.demo.slots_benchmark import SLOTS
        from vesicle.people import demo_hint

        demo_hint.sources.append(logins)
        BENCHMARKS.extend([BOOKING, CRASH, LOAD, PAGES_BENCHMARK, SKIN, SLOTS])
