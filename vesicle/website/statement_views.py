"""Staff pages: what was found in an edition's own words, what each sentence rests on, and the check while one types."""

from typing import TYPE_CHECKING

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.people.access import staff_page
from vesicle.protocols import queries as protocols
from vesicle.protocols.permissions import CHANGE, CHANGE_TEXT, SEE
from vesicle.website import gate, services
from vesicle.website import statement_queries as queries
from vesicle.website.presenters import statements as shown

if TYPE_CHECKING:
    from vesicle.protocols.models import Edition

MOST_TYPED = 120_000
"""Characters that are judged while somebody types; a form with more is judged when it is saved."""


@require_http_methods(["GET", "POST"])
@staff_page(SEE)
def edition(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Every sentence of an edition that needs a look, with the claims it may rest on; link and unlink."""
    row = protocols.edition(request.actor, edition_id)
    status, refused = 200, ""
    if request.method == "POST":
        try:
            notices.success(request, _act(request, row))
            return redirect("statements:edition", edition_id)
        except Invalid as problem:
            status, refused = 422, problem.message
        except (Conflict, NotFound) as problem:
            status, refused = 409, problem.message
        row = protocols.edition(request.actor, edition_id)
    found = queries.check(row, now=clock.now())
    context = {
        "edition": row,
        "title": protocols.text_of(row)[0].title,
        "found": shown.summary(found),
        "choices": shown.choices(found),
        "fine": [shown.row(one) for one in found.statements if one.state == "ok"],
        "reports": queries.reports(request.actor, row),
        "refused": refused,
        "may_link": request.actor.may(CHANGE) and row.status == "draft",
        "may_change": request.actor.may(CHANGE),
        "may_change_text": request.actor.may(CHANGE_TEXT),
    }
    return render(request, "website/statements/edition.html", context, status=status)


def _act(request: HttpRequest, row: "Edition") -> str:
    sent = request.POST
    revision = sent.get("revision", "")
    expected = int(revision) if revision.isdecimal() and len(revision) < 10 else 0
    sentence = sent.get("sentence", "")
    if sent.get("do") == "unlink":
        services.unlink_statement(by=request.actor, edition=row, sentence=sentence, expected_revision=expected)
        return "The sentence rests on nothing any more."
    claim, _, says = sent.get("claim", "").partition(" ")
    services.link_statement(
        by=request.actor, edition=row, sentence=sentence, claim=claim, says=says, expected_revision=expected
    )
    return f"The sentence rests on the claim “{claim}” now."


@require_POST
@staff_page(CHANGE)
def check(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Judge the words of the form as they are typed; nothing is saved."""
    row = protocols.edition(request.actor, edition_id)
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    words = {name: value for name, value in typed.items() if gate.is_words(name)}
    if sum(map(len, words.values())) > MOST_TYPED:
        raise Invalid("That is more text than can be judged while one types. Save it; it is judged then.")
    return render(request, "website/statements/checked.html", {"beside": gate.beside(request.actor, row, words)})
