"""The desk's page on frames: which sites may show our pages, and what to paste there."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from vesicle.clinic import queries as clinic
from vesicle.clinic import services
from vesicle.clinic.permissions import MANAGE_EMBEDS
from vesicle.clinic.requests import HttpRequest
from vesicle.core import languages
from vesicle.core.errors import Invalid
from vesicle.people.access import staff_page
from vesicle.protocols.queries import offered_options
from vesicle.website.snippets import Snippet, snippet


class OriginForm(forms.Form):
    """A site that may show our pages."""

    origin = forms.CharField(
        label=gettext_lazy("Address of the site"),
        max_length=280,
        help_text=gettext_lazy("For example https://www.example.com. Without a page; http:// only for localhost."),
    )


@staff_page(MANAGE_EMBEDS)
@require_http_methods(["GET", "POST"])
def embeds(request: HttpRequest) -> HttpResponse:
    """List the sites, add one, and show what to paste."""
    form = OriginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = services.allow_origin(by=request.actor, origin=form.cleaned_data["origin"])
        except Invalid as refused:
            form.add_error("origin", refused.fields.get("origin", refused.message))
        else:
            messages.success(request, _("%(site)s may show your pages now.") % {"site": added.origin})
            return redirect("embed_desk:embeds")
    offered = offered_options(request.actor.clinic_id)
    scheme, domain = settings.PUBLIC_URL.partition("://")[0], request.clinic.domain
    site = f"{scheme}://{domain}" if domain else settings.PUBLIC_URL
    chosen = next((one for one in offered if one.option.id == request.GET.get("option")), None)
    language = languages.supported(request.GET.get("language", ""))
    context = {
        "form": form,
        "rows": clinic.embed_origins(request.actor),
        "options": [one.option for one in offered],
        "chosen": chosen.option.id if chosen else "",
        "languages": settings.LANGUAGES,
        "language": language,
        "snippets": _snippets(site, chosen.option.id if chosen else "", language, request.clinic.pk),
        "site": site,
    }
    return render(request, "website/embeds.html", context, status=422 if form.errors else 200)


@staff_page(MANAGE_EMBEDS)
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take a site off the list."""
    origin = request.POST.get("origin", "")
    services.end_origin(by=request.actor, origin=origin)
    messages.success(request, _("%(site)s may no longer show your pages.") % {"site": origin})
    return redirect("embed_desk:embeds")


def _snippets(site: str, option: str, language: str, clinic_id: int) -> list[Snippet]:
    """Return what to paste. Titles are what visitors hear, so they are in the language of the frame."""
    with languages.speaking(language):
        found = [
            snippet("candidacy", _("Find out what may suit you"), site=site, option=option, language=language),
            snippet("booking", _("Book a visit"), site=site, option=option, language=language),
            snippet("comparison", _("Compare treatments"), site=site, language=language),
        ]
    offered = offered_options(clinic_id, language)
    one = next((each for each in offered if each.option.id == option), next(iter(offered), None))
    if one is not None:
        treatment = one.option.treatment
        found.append(snippet("treatment", one.option.title, site=site, treatment=treatment, language=language))
    return found
