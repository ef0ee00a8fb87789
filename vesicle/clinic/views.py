"""Stock pages: lots, products, scanning, receiving, recall, and decisions on categories."""

from collections.abc import Callable

from django import forms as django_forms
from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from vesicle.clinic import forms, law, permissions, presenters, queries, scanning, services
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, Invalid
from vesicle.people import queries as people
from vesicle.people.access import staff_page
from vesicle.people.forms import add_problems

_SEGMENTS = {"stock": "In stock", "soon": "Expiring", "blocked": "Blocked", "all": "All"}


@staff_page(permissions.SEE_STOCK)
def overview(request: HttpRequest) -> HttpResponse:
    """Show the lots of one location, what expires soon first."""
    here = _here(request)
    show = request.GET.get("show", "stock")
    lots = queries.lots(request.actor, location_id=here.location.pk)
    rows = [presenters.lot_row(lot, queries.state_of(lot, on=here.today), on=here.today) for lot in lots]
    return render(
        request,
        "clinic/stock.html",
        {
            "rows": [row for row in rows if presenters.belongs(row, show)],
            "segments": [
                (name, label, sum(presenters.belongs(row, name) for row in rows)) for name, label in _SEGMENTS.items()
            ],
            "show": show,
            "here": here,
            "scan": forms.ScanForm(),
            **_rights(request),
        },
    )


@staff_page(permissions.SEE_STOCK)
def products(request: HttpRequest) -> HttpResponse:
    """Show every product, and whether its category may be used here."""
    rows = [
        {
            "product": product,
            "category": law.rulebook().category(product.category),
            "is_usable": None in against,
            "why": next((refusal.sentence for refusal in against if refusal is not None), ""),
        }
        for product, against in queries.product_refusals(request.actor)
    ]
    return render(request, "clinic/products.html", {"rows": rows, **_rights(request)})


@staff_page(permissions.SEE_STOCK)
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    """Show one product: source, label, and its standing country by country."""
    found = queries.product(request.actor, product_id)
    category = law.rulebook().category(found.category)
    decision = queries.decision_on(request.actor, found.category)
    home = request.clinic.jurisdiction
    countries = presenters.by_country(category, home, decision) if category else []
    today = _here(request).today
    lots = queries.lots(request.actor, product_id=found.pk)
    context = {
        "product": found,
        "category": category,
        "routes": [presenters.route_words(route) for route in found.routes],
        "label_status": found.regulatory_status.get(home, ""),
        "countries": countries,
        "lots": [presenters.lot_row(lot, queries.state_of(lot, on=today), on=today) for lot in lots],
        **_rights(request),
    }
    return render(request, "clinic/product.html", context)


@staff_page(permissions.REGISTER_PRODUCTS)
@require_http_methods(["GET", "POST"])
def add_product(request: HttpRequest) -> HttpResponse:
    """Register a product."""
    form = forms.ProductForm(request.POST or None)

    def save() -> HttpResponse:
        given = dict(form.cleaned_data)
        status = given.pop("label_status")
        statuses = {request.clinic.jurisdiction: status} if status else {}
        made = services.add_product(by=request.actor, regulatory_status=statuses, **given)
        notices.success(request, f"{made.name} is registered.")
        return redirect("clinic:product", made.pk)

    return _answer(request, form, save, "clinic/product_form.html", {"title": "Register a product"})


@staff_page(permissions.RECEIVE_LOTS)
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """Receive a lot into stock."""
    here = _here(request)
    colleagues = [person for person in people.staff(request.actor) if person.pk != request.actor.id]
    form = forms.LotForm(
        request.POST or None,
        products=queries.products(request.actor),
        locations=here.locations,
        colleagues=colleagues,
        initial={"product": request.GET.get("product", ""), "location": here.location.pk},
    )

    def save() -> HttpResponse:
        given = dict(form.cleaned_data)
        checked_by = given.pop("checked_by")
        lot = services.receive_lot(
            by=request.actor,
            product=queries.product(request.actor, int(given.pop("product"))),
            location=queries.location(request.actor, int(given.pop("location"))),
            checked_by=people.staff_member(request.actor, int(checked_by)) if checked_by else None,
            **given,
        )
        notices.success(request, f"Lot {lot.code} is in stock.")
        return redirect("clinic:lot", lot.pk)

    return _answer(request, form, save, "clinic/receive.html", {})


@staff_page(permissions.SEE_STOCK)
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Say what a scanned lot is and whether it may be used here today."""
    here = _here(request)
    given = request.POST if request.method == "POST" else {"code": request.GET.get("code", "")}
    form = forms.ScanForm(given, request.FILES or None)
    context: dict[str, object] = {"here": here, **_rights(request)}
    status = 200
    if form.is_valid() and (form.cleaned_data["code"] or form.cleaned_data["picture"]):
        try:
            text = form.cleaned_data["code"]
            if picture := form.cleaned_data["picture"]:
                _refuse_large(picture.size)
                text = scanning.read_picture(picture.read()).raw
            found = queries.find_lot(request.actor, scan=text, location_id=here.location.pk)
            state = queries.state_of(found.lot, on=here.today)
            context |= {"found": found, "row": presenters.lot_row(found.lot, state, on=here.today)}
        except Invalid as problem:
            add_problems(form, problem.fields, problem.message)
            status = 422
        except Blocked as problem:
            context["problem"] = problem
            status = 409
    return render(request, "clinic/scan.html", {"form": form, **context}, status=status)


@staff_page(permissions.SEE_STOCK)
def lot(request: HttpRequest, lot_id: int) -> HttpResponse:
    """Show one lot: where it stands, and what was taken from it."""
    found, today = queries.lot(request.actor, lot_id), _here(request).today
    context = {
        "row": presenters.lot_row(found, queries.state_of(found, on=today), on=today),
        "movements": [(row, presenters.amount(row.quantity)) for row in queries.movements(request.actor, found)],
        **_rights(request),
    }
    return render(request, "clinic/lot.html", context)


@staff_page(permissions.RECALL_LOTS)
@require_http_methods(["GET", "POST"])
def recall(request: HttpRequest) -> HttpResponse:
    """Withdraw a lot from use."""
    form = forms.RecallForm(
        request.POST or None,
        products=queries.products(request.actor, include_inactive=True),
        initial={"product": request.GET.get("product", ""), "code": request.GET.get("code", "")},
    )

    def save() -> HttpResponse:
        made = services.recall_lot(
            by=request.actor,
            product=queries.product(request.actor, int(form.cleaned_data["product"])),
            code=form.cleaned_data["code"],
            reason=form.cleaned_data["reason"],
        )
        notices.success(request, f"Lot {made.code} is recalled. From now on it is refused wherever it is scanned.")
        return redirect("clinic:stock")

    return _answer(request, form, save, "clinic/recall.html", {})


@staff_page(permissions.SEE_STOCK)
def categories(request: HttpRequest) -> HttpResponse:
    """Show how each product category stands in the clinic's country, and what the clinic decided."""
    in_force = queries.decisions_in_force(request.actor)
    rows = [
        presenters.category_row(category, request.clinic.jurisdiction, in_force.get(category.id))
        for category in law.rulebook().categories()
    ]
    context = {"rows": rows, "decisions": queries.decisions(request.actor), **_rights(request)}
    return render(request, "clinic/categories.html", context)


@staff_page(permissions.DECIDE_CATEGORIES)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, category_id: str) -> HttpResponse:
    """Record the director's decision on a category."""
    category = queries.category(category_id)
    decision = queries.decision_on(request.actor, category_id)
    form = forms.DecisionForm(request.POST or None)

    def save() -> HttpResponse:
        services.decide_category(
            by=request.actor,
            category=category_id,
            is_allowed=form.cleaned_data["is_allowed"] == "yes",
            document=form.cleaned_data["document"],
        )
        notices.success(request, f"The decision on {category.name} is recorded.")
        return redirect("clinic:categories")

    standings = presenters.standing_rows(category, request.clinic.jurisdiction, decision)
    return _answer(request, form, save, "clinic/decide.html", {"category": category, "standings": standings})


def _answer(
    request: HttpRequest,
    form: django_forms.Form,
    save: Callable[[], HttpResponse],
    template: str,
    context: dict[str, object],
) -> HttpResponse:
    """Show a form, or save it; what a service refuses comes back beside the fields with everything still typed."""
    try:
        if request.method == "POST" and form.is_valid():
            return save()
    except Invalid as problem:
        add_problems(form, problem.fields, problem.message)
    except Blocked as problem:
        for reason in problem.reasons or (problem.message,):
            form.add_error(None, reason)
    except Conflict as problem:
        form.add_error(None, problem.message)
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def _here(request: HttpRequest) -> queries.Here:
    """Return the location being looked at: asked for, remembered, or the first."""
    wanted = request.GET.get("location") or request.session.get("location_id")
    here = queries.here(request.actor, wanted=wanted, now=clock.now())
    if request.session.get("location_id") != here.location.pk:
        request.session["location_id"] = here.location.pk
    return here


def _rights(request: HttpRequest) -> dict[str, object]:
    return {
        "may_register": request.actor.may(permissions.REGISTER_PRODUCTS),
        "may_receive": request.actor.may(permissions.RECEIVE_LOTS),
        "may_recall": request.actor.may(permissions.RECALL_LOTS),
        "may_decide": request.actor.may(permissions.DECIDE_CATEGORIES),
    }


def _refuse_large(size: int) -> None:
    if size > scanning.LARGEST_PICTURE:
        words = f"This picture is larger than {scanning.LARGEST_PICTURE // 1_000_000} MB. Take a smaller one."
        raise Invalid(words, fields={"picture": words})
