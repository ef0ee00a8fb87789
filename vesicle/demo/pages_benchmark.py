"""``vesicle bench pages``: a treatment page as it is served, against a bare Django view that returns the same bytes.

In one run and one process, request by request through the WSGI interface, so that neither a client nor a web server
hides what the page costs: ours with every middleware of the house, the question whether it is still true included; the
other with no middleware and nothing but the bytes, compressed beforehand. Both are asked in turns, because other
programs on the machine come and go. The first build is timed after a change of the site, with everything it does:
queries, page, compression; its time at work is told too, since on a busy machine most of it is waiting. It is timed
once more in a process that remembers no section of any page.
"""

import time
from collections.abc import Callable, Mapping
from io import BytesIO
from statistics import median
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from vesicle.clinic.models import Clinic
from vesicle.clinic.services.site import site_changed
from vesicle.core import clock
from vesicle.core.benchmarks import Benchmark, scratch_database
from vesicle.core.errors import Invalid
from vesicle.demo.world import build
from vesicle.website.middleware import store
from vesicle.website.survival import aside
from vesicle.website.templatetags.website import forget_sections

PAGES = {
    "treatment": "/treatments/exosome-therapy/",
    "home": "/",
    "comparison": "/compare/",
    "concern": "/concerns/acne-scars/",
}
_body = b""


def _bare(request: HttpRequest, rest: str = "") -> HttpResponse:
    """The reference: the same bytes, and that is all."""
    return HttpResponse(_body, headers={"Content-Encoding": "br"})


urlpatterns = [path("<path:rest>", _bare), path("", _bare)]


class _Bare(WSGIHandler):
    """Django with no middleware at all and two addresses."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Put nothing between the server and the view."""
        ours, settings.MIDDLEWARE = settings.MIDDLEWARE, []
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = ours

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Lead to the view below."""
        request.urlconf = __name__
        return super().get_response(request)


def run(options: Mapping[str, Any], say: Callable[[str], None]) -> dict[str, Any]:
    """Measure each page; return times in milliseconds, requests a second and ratios."""
    if options["rounds"] < 3 or options["each"] < 10:
        raise Invalid("Give at least 3 rounds of 10 requests: fewer say nothing.")
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name style sheets by their checksum
    with scratch_database():
        build(clock.now(), say)
        ours, bare = get_internal_wsgi_application(), _Bare()  # ours as it is served, its settings of memory included
        rows = []
        for name, address in PAGES.items():
            say(name)
            rows.append({"page": name, **_measured(ours, bare, address, options["rounds"], options["each"])})
    return {"pages": rows, "rounds": options["rounds"], "each": options["each"]}


def _measured(ours: WSGIHandler, bare: WSGIHandler, address: str, rounds: int, each: int) -> dict[str, Any]:
    global _body
    times = range(max(12, rounds))
    builds, work = zip(*(_built(ours, address, store.clear) for _ in times), strict=True)
    _, anew = zip(*(_built(ours, address, forget_sections) for _ in times), strict=True)
    _body = _ask(ours, address)
    same = _ask(bare, address) == _body
    for handler in (ours, bare):
        _timed(handler, address, each)
    turns = [(_timed(ours, address, each), _timed(bare, address, each)) for _ in range(rounds)]
    our, reference = (median(times) for times in zip(*turns, strict=True))
    first = median(builds[2:])
    return {
        "address": address,
        "bytes": len(_body),
        "same_bytes": same,
        "cached_ms": round(our * 1000, 3),
        "bare_ms": round(reference * 1000, 3),
        "cached_requests_per_second": round(1 / our),
        "bare_requests_per_second": round(1 / reference),
        "share_of_bare_speed": round(reference / our, 2),
        "first_build_ms": round(first * 1000, 1),
        "quickest_build_ms": round(min(builds) * 1000, 1),
        "first_build_cpu_ms": round(median(work[2:]) * 1000, 1),
        "nothing_remembered_cpu_ms": round(median(anew) * 1000, 1),
        "first_build_times_bare": round(first / reference),
    }


def _built(handler: WSGIHandler, address: str, forget: Callable[[], None]) -> tuple[float, float]:
    """Return the seconds, and those at work, of the first answer after something of every clinic has changed."""
    with transaction.atomic():
        for clinic_id in Clinic.objects.values_list("pk", flat=True):
            site_changed(clinic_id)
    forget()
    began, worked = time.perf_counter(), time.thread_time()
    _ask(handler, address)
    took = time.perf_counter() - began, time.thread_time() - worked
    aside.wait()
    return took


def _timed(handler: WSGIHandler, address: str, each: int) -> float:
    """Return the mean seconds of a request in one round."""
    began = time.perf_counter()
    for _ in range(each):
        _ask(handler, address)
    return (time.perf_counter() - began) / each


def _ask(handler: WSGIHandler, address: str) -> bytes:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": address,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
    }
    status: list[str] = []

    def start(line: str, headers: list[tuple[str, str]], error: object = None, /) -> Callable[[bytes], object]:
        status.append(line)
        return status.append  # type: ignore[return-value]  # nobody writes this way

    response = handler(environ, start)
    body = b"".join(response)
    response.close()
    if not status[0].startswith("200"):
        raise Invalid(f"{address} answered {status[0]}. Over https only? Unset VESICLE_PUBLIC_URL for this run.")
    return body


def in_words(result: Mapping[str, Any]) -> str:
    """Say what came out."""
    lines = [
        f"{row['page']}: {row['cached_requests_per_second']} requests a second from memory ({row['cached_ms']} ms), a "
        f"bare view with the same {row['bytes']} bytes {row['bare_requests_per_second']} ({row['bare_ms']} ms): "
        f"{row['share_of_bare_speed']} of its speed. First build {row['first_build_ms']} ms "
        f"(the quickest {row['quickest_build_ms']}; {row['first_build_cpu_ms']} of them at work, "
        f"{row['nothing_remembered_cpu_ms']} in a process that remembers no section), "
        f"{row['first_build_times_bare']} times a bare answer."
        for row in result["pages"]
    ]
    return "\n".join([*lines, f"Medians of {result['rounds']} rounds of {result['each']} requests, in turns."])


PAGES_BENCHMARK = Benchmark(
    "pages",
    "public pages from memory and built anew, against a bare Django view that returns the same bytes",
    {"rounds": (15, "how many rounds"), "each": (200, "requests in each round")},
    run,
    in_words,
)
