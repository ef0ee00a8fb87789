"""Public pages: each reads, has a presenter find the words, and renders."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from vesicle.clinic.queries import latest_day
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import NotFound
from vesicle.protocols.bank import load_bank
from vesicle.website import queries
from vesicle.website.panels import panels_for
from vesicle.website.presenters import catalogue, comparison, places, treatment, visit


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the clinic offers, by treatment and by concern; where; and the way to find out what suits."""
    offered = queries.treatments(_clinic_id(request))
    context = {
        "treatments": catalogue.treatment_entries(offered),
        "concerns": catalogue.concern_entries(offered, load_bank()),
        "places": places.place_entries(_places(request), offered, load_bank(), now=clock.now()),
        "hero": catalogue.home_art(),
        "skin": catalogue.home_skin(offered),
    }
    return render(request, "website/home.html", context)


@require_safe
def treatments(request: HttpRequest) -> HttpResponse:
    """Every treatment with its figures."""
    offered = queries.treatments(_clinic_id(request))
    return render(request, "website/treatments.html", {"treatments": catalogue.treatment_entries(offered)})


@require_safe
def treatment_page(request: HttpRequest, treatment_id: str) -> HttpResponse:
    """One treatment, from the approved edition; staff may look at another edition before it is approved."""
    asked = request.GET.get("edition", "")
    if asked:
        found, preview = queries.previewed(request.actor, _number(asked), treatment_id)
    else:
        found, preview = queries.treatment(_clinic_id(request), treatment_id), ""
    page = treatment.treatment_page(_material(request, found, preview), load_bank())
    return render(request, "website/treatment.html", {"page": page})


def _material(request: HttpRequest, found: queries.Treatment, preview: str) -> treatment.Material:
    now = clock.now()
    everything = [each for one in queries.treatments(request.clinic.pk) for each in one.offered]
    return treatment.Material(
        treatment=found,
        clinic=request.clinic,
        stocked=queries.stocked(request.clinic, visit.shown_needs(found.offered, load_bank()), now=now),
        approval=queries.approval(found.edition_id),
        pictures=queries.pictures(found.overlay.pictures),
        places=_places(request),
        panels={each.option.id: panels_for(request.actor, each) for each in found.offered},
        offered_ids=frozenset(each.option.id for each in everything),
        titles={each.option.id: (each.option.title, each.option.name) for each in everything},
        on=latest_day(request.clinic.pk, now),
        preview=preview,
    )


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """All options, or those named in the address, criterion by criterion."""
    offered = [each for one in queries.treatments(_clinic_id(request)) for each in one.offered]
    page = comparison.comparison_page(offered, request.GET.getlist("option"), load_bank()) if offered else None
    return render(request, "website/compare.html", {"page": page})


@require_safe
def concerns(request: HttpRequest) -> HttpResponse:
    """Every concern with the most certain help there is."""
    found = catalogue.concern_entries(queries.treatments(_clinic_id(request)), load_bank())
    return render(request, "website/concerns.html", {"concerns": found})


@require_safe
def concern(request: HttpRequest, concern_id: str) -> HttpResponse:
    """What helps with one concern, and how sure we are."""
    page = catalogue.concern_page(concern_id, queries.treatments(_clinic_id(request)), load_bank())
    if page is None:
        raise NotFound("We have no page about that. The first page lists what people come for.")
    return render(request, "website/concern.html", {"page": page})


@require_safe
def locations(request: HttpRequest) -> HttpResponse:
    """Where the clinic is, when it is open, and who treats there."""
    found = places.place_entries(
        _places(request), queries.treatments(_clinic_id(request)), load_bank(), now=clock.now()
    )
    return render(request, "website/locations.html", {"places": found})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines should leave alone: everything that belongs to a person or to staff."""
    closed = ("/accounts/", "/api/", "/book/", "/candidacy/", "/consent/", "/desk/", "/my/", "/staff/")
    # The first question is a page like any other; the answers behind it are nobody's business.
    lines = ["User-agent: *", "Allow: /candidacy/$", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('website:sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page of this clinic."""
    offered = queries.treatments(_clinic_id(request))
    paths = [reverse(f"website:{name}") for name in ("home", "treatments", "compare", "concerns", "locations")]
    paths += [reverse("website:treatment", args=[one.id]) for one in offered]
    paths += [reverse("website:concern", args=[one.id]) for one in catalogue.concern_entries(offered, load_bank())]
    context = {"addresses": [request.build_absolute_uri(path) for path in paths]}
    return render(request, "website/sitemap.xml", context, content_type="application/xml")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The mark, for browsers that ask for it without reading the page."""
    return redirect(static("vesicle/img/mark.svg"))


def _places(request: HttpRequest) -> tuple[queries.Place, ...]:
    return queries.places(_clinic_id(request), today=clock.now().date())


def _clinic_id(request: HttpRequest) -> int:
    """Return the clinic asked for. Raises ``NotFound`` on an installation without any clinic."""
    clinic = getattr(request, "clinic", None)
    if clinic is None:
        raise NotFound("No clinic has been set up here yet. Run `vesicle demo load`, or open a clinic.")
    return int(clinic.pk)


def _number(text: str) -> int:
    """Return the number of an edition. Raises ``NotFound`` for anything else."""
    if not text.isdecimal() or len(text) > 18:
        raise NotFound("We could not find that edition.")
    return int(text)
