"""Staff pages: an old treatment page beside the protocol, and a draft begun from it."""

from django.contrib import messages as notices
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Invalid
from vesicle.people.access import staff_page
from vesicle.protocols.permissions import CHANGE
from vesicle.website import services
from vesicle.website.claims.jurisdictions import UnknownJurisdiction
from vesicle.website.forms import ImportForm
from vesicle.website.importing import Unreadable, read_page
from vesicle.website.importing.draft import Proposal, proposal
from vesicle.website.presenters.imported import imported_page, options_for
from vesicle.website.statement_queries import country_and_day

_SALT = "vesicle.website.import"
_A_DAY = 24 * 60 * 60


@require_http_methods(["GET", "POST"])
@staff_page(CHANGE)
def import_page(request: HttpRequest) -> HttpResponse:
    """Take a file or pasted HTML and show what was read of it beside the protocol. Nothing is stored."""
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            html, name = form.page()
            law, on = country_and_day(request.actor.clinic_id, clock.now())
            try:
                page = read_page(html, name=name, jurisdiction=law)
            except (Unreadable, UnknownJurisdiction) as refused:
                form.add_error("file" if form.cleaned_data.get("file") else "html", str(refused))
            else:
                status = 200
                options = options_for(request.actor, page.treatment)
                offer = proposal(page, options, jurisdiction=law)
                token = _signed(request, page.treatment, name, offer) if options and not offer.is_empty else ""
                # What was given is not shown again: it may be megabytes.
                context |= {
                    "form": ImportForm(),
                    "page": imported_page(page, options, offer, on=on, jurisdiction=law),
                    "token": token,
                    "name": name,
                }
    return render(request, "website/import.html", context, status=status)


@require_POST
@staff_page(CHANGE)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a draft from what was shown. What was shown comes back signed, so that nothing else is taken over."""
    try:
        kept = signing.loads(request.POST.get("token", ""), salt=_SALT, max_age=_A_DAY)
    except signing.BadSignature:
        notices.error(request, _("That preview is too old or was changed. Give the page again."))
        return redirect("website_desk:import")
    if kept["clinic"] != request.actor.clinic_id:
        notices.error(request, _("That preview belongs to another clinic. Give the page again."))
        return redirect("website_desk:import")
    offer = Proposal(
        headline=kept["headline"],
        intro=kept["intro"],
        questions=kept["questions"],
        minutes=kept["minutes"],
        price_from=kept["price_from"],
        modalities=tuple(kept["modalities"]),
        left_out=[("", "")] * kept["left_out"],
    )
    try:
        edition = services.draft_from_page(
            by=request.actor, treatment=kept["treatment"], proposal=offer, page=kept["name"]
        )
    except Invalid as problem:
        told = " ".join([problem.message, *problem.fields.values()])
        notices.error(request, told)
        return redirect("website_desk:import")
    notices.success(request, _("The draft is begun. Read it beside the old page before you send it on."))
    return redirect("protocols:edition", edition.pk)


def _signed(request: HttpRequest, treatment: str | None, name: str, offer: Proposal) -> str:
    return signing.dumps(
        {
            "clinic": request.actor.clinic_id,
            "treatment": treatment,
            "name": name,
            "headline": offer.headline,
            "intro": offer.intro,
            "questions": offer.questions,
            "minutes": offer.minutes,
            "price_from": offer.price_from,
            "modalities": list(offer.modalities),
            "left_out": len(offer.left_out),
        },
        salt=_SALT,
        compress=True,
    )
