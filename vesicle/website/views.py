"""Public pages: each reads, has a presenter find the words, and renders."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from vesicle.clinic.queries import latest_day
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock, languages
from vesicle.core.errors import NotFound
from vesicle.core.framing import let_frame
from vesicle.protocols.bank import Bank
from vesicle.protocols.translating import bank_in
from vesicle.website import queries
from vesicle.website.middleware import PREVIEW
from vesicle.website.panels import panels_for
from vesicle.website.presenters import catalogue, comparison, head, places, treatment, visit
from vesicle.website.presenters.sitemap import sitemap_entries
from vesicle.website.profiles import queries as profiles
from vesicle.website.profiles.showing import team_page
from vesicle.website.share_pictures import png
from vesicle.website.speaking import queries as speaking


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the clinic offers, by treatment and by concern; where; and the way to find out what suits."""
    offered = queries.treatments(_clinic_id(request), languages.active())
    entries = catalogue.treatment_entries(offered)
    found = places.place_entries(_places(request), offered, _bank(), now=clock.now())
    site, language = _site(request), languages.active()
    tagline = speaking.tagline(site.clinic.tagline, speaking.said(site.clinic.pk, language), language)
    context = {
        "head": head.of_home(site, entries, found, tagline),
        "tagline": tagline,
        "treatments": entries,
        "concerns": catalogue.concern_entries(offered, _bank()),
        "places": found,
        "hero": catalogue.home_art(),
        "skin": catalogue.home_skin(offered),
    }
    return render(request, "website/home.html", context)


@require_safe
def treatments(request: HttpRequest) -> HttpResponse:
    """Every treatment with its figures."""
    offered = queries.treatments(_clinic_id(request), languages.active())
    context = {"head": head.of_treatments(_site(request)), "treatments": catalogue.treatment_entries(offered)}
    return render(request, "website/treatments.html", context)


@require_safe
def treatment_page(request: HttpRequest, treatment_id: str) -> HttpResponse:
    """One treatment, from the approved edition; staff may look at another edition before it is approved."""
    offered = queries.treatments(_clinic_id(request), languages.active())
    asked = request.GET.get("edition", "")
    if asked:
        found, preview = queries.previewed(request.actor, _number(asked), treatment_id, languages.active())
    else:
        found, preview = queries.named(offered, treatment_id), ""
    material = _material(request, found, offered, preview)
    page = treatment.treatment_page(material, _bank())
    reviewed_on = material.approval.at.date() if material.approval else None
    context = {"head": head.of_treatment(_site(request), page, found, reviewed_on), "page": page}
    response = render(request, "website/treatment.html", context)
    return let_frame(response) if preview else response


def _material(
    request: HttpRequest, found: queries.Treatment, offered: Sequence[queries.Treatment], preview: str
) -> treatment.Material:
    now = clock.now()
    everything = [each for one in offered for each in one.offered]
    language = languages.active()
    stocked = queries.stocked(request.clinic, visit.shown_needs(found.offered, _bank()), now=now)
    return treatment.Material(
        treatment=found,
        clinic=request.clinic,
        stocked=speaking.of_products(stocked, speaking.said(request.clinic.pk, language), language),
        approval=queries.approval(found.edition_id),
        pictures=queries.pictures(request.clinic.pk, found.overlay.pictures),
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
    offered = [each for one in queries.treatments(_clinic_id(request), languages.active()) for each in one.offered]
    page = comparison.comparison_page(offered, request.GET.getlist("option"), _bank()) if offered else None
    return render(
        request,
        "website/compare.html",
        {"head": head.of_comparison(_site(request), page.chosen if page else ()), "page": page},
    )


@require_safe
def concerns(request: HttpRequest) -> HttpResponse:
    """Every concern with the most certain help there is."""
    found = catalogue.concern_entries(queries.treatments(_clinic_id(request), languages.active()), _bank())
    return render(request, "website/concerns.html", {"head": head.of_concerns(_site(request)), "concerns": found})


@require_safe
def concern(request: HttpRequest, concern_id: str) -> HttpResponse:
    """What helps with one concern, and how sure we are."""
    page = catalogue.concern_page(concern_id, queries.treatments(_clinic_id(request), languages.active()), _bank())
    if page is None:
        raise NotFound(gettext("We have no page about that. The first page lists what people come for."))
    return render(request, "website/concern.html", {"head": head.of_concern(_site(request), page), "page": page})


@require_safe
def locations(request: HttpRequest) -> HttpResponse:
    """Where the clinic is, when it is open, and who treats there; staff may look at it with their drafts."""
    there = _places(request)
    bank = _bank()
    offered = queries.treatments(_clinic_id(request), languages.active())
    found = places.place_entries(there, offered, bank, now=clock.now())
    today = latest_day(request.clinic.pk, clock.now())
    preview = bool(request.GET.get(PREVIEW))
    said = (
        profiles.previewed(request.actor, today=today)
        if preview
        else profiles.published(request.clinic.pk, today=today)
    )
    language = languages.active()
    spoken = speaking.in_language(said, speaking.said(request.clinic.pk, language), language)
    page = team_page(found, there, spoken, bank)
    listed = [entry for entry, _ in page.places]
    context = {
        "head": head.of_locations(_site(request), listed),
        "places": page.places,
        "team": page.team,
        "preview": preview,
    }
    return render(request, "website/locations.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines should leave alone: everything that belongs to a person or to staff."""
    closed = ("/accounts/", "/api/", "/book/", "/candidacy/", "/consent/", "/desk/", "/health/", "/my/", "/staff/")
    # The first question is a page like any other; the answers behind it are nobody's business.
    lines = ["User-agent: *", "Allow: /candidacy/$", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('machines:sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page of this clinic."""
    offered = queries.treatments(_clinic_id(request), languages.active())
    days = queries.approval_days(one.edition_id for one in offered)
    entries = sitemap_entries(
        _site(request).address,
        [(one.id, days.get(one.edition_id)) for one in offered],
        [one.id for one in catalogue.concern_entries(offered, _bank())],
    )
    return render(request, "website/sitemap.xml", {"entries": entries}, content_type="application/xml")


@require_safe
def share_picture(request: HttpRequest, picture_name: str, picture_version: str) -> HttpResponse:
    """The picture that goes along when a page is shared; an older address leads to the picture of today."""
    site = _site(request)
    if picture_name == "clinic":
        picture = head.clinic_picture(site.clinic)
    else:
        picture = head.treatment_picture(
            queries.treatment(site.clinic.pk, picture_name, languages.active()), site.clinic
        )
    if picture_version != picture.version:
        return redirect("website:share", picture_name=picture_name, picture_version=picture.version)
    kept_for_good = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(png(picture), content_type="image/png", headers=kept_for_good)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The mark, for browsers that ask for it without reading the page."""
    return redirect(static("vesicle/img/mark.svg"))


def _bank() -> Bank:
    return bank_in(languages.active())


def _places(request: HttpRequest) -> tuple[queries.Place, ...]:
    return queries.places(_clinic_id(request), today=clock.now().date())


def _site(request: HttpRequest) -> head.Site:
    _clinic_id(request)
    return head.Site(request.clinic, request.build_absolute_uri("/").rstrip("/"))


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
