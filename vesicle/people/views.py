"""The patient's own pages: the way in, home, details, and who looked at their data."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vesicle.core import clock, languages
from vesicle.core.errors import Invalid
from vesicle.people import links, patient_home, presenters, queries, services, sign_in, throttle
from vesicle.people.access import patient_page, safe_next
from vesicle.people.forms import CodeForm, DetailsForm, EmailForm, add_problems
from vesicle.people.requests import HttpRequest


@patient_page
def home(request: HttpRequest) -> HttpResponse:
    """Show what is next."""
    cards = patient_home.for_patient(request.actor)
    patient = queries.own_record(request.actor)
    return render(request, "people/home.html", {"patient": patient, "cards": cards})


@never_cache
@require_http_methods(["GET", "POST"])
def ask_for_code(request: HttpRequest) -> HttpResponse:
    """Ask for the e-mail address, send link and code, and go on to entering the code."""
    if request.actor.is_patient:
        return redirect(safe_next(request, "/my/"))
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        throttle.brake(request, "sign-in-letter")
        email = form.cleaned_data["email"]
        sign_in.request_sign_in(by=request.actor, email=email, clinic_name=request.clinic.name, now=clock.now())
        request.session["sign_in_email"] = email
        request.session["sign_in_next"] = safe_next(request, "/my/")
        return redirect("people:sign-in-code")
    return render(request, "people/sign_in.html", {"form": form, "next": request.GET.get("next", "")})


@never_cache
@require_http_methods(["GET", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Ask for the six digits."""
    email = request.session.get("sign_in_email")
    if not email:
        return redirect("people:sign-in")
    form = CodeForm(request.POST or None, initial={"email": email})
    if request.method == "POST" and form.is_valid():
        throttle.brake(request, "sign-in-code", times=30)
        try:
            patient = sign_in.sign_in_by_code(
                by=request.actor, email=email, code=form.cleaned_data["code"], now=clock.now()
            )
        except Invalid as problem:
            add_problems(form, problem.fields, problem.message)
        else:
            where = request.session.pop("sign_in_next", "/my/")
            request.session.pop("sign_in_email", None)
            sign_in.begin_session(request, patient)
            return redirect(where)
    status = 422 if form.errors else 200
    return render(request, "people/sign_in_code.html", {"form": form, "email": email}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def use_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by the link in the e-mail, after one press: mail programs open links by themselves."""
    link = links.open_link(token, purpose=sign_in.PURPOSE, now=clock.now())
    if request.method == "POST":
        patient = sign_in.sign_in_by_link(by=request.actor, link=link, now=clock.now())
        where = request.session.pop("sign_in_next", "/my/")
        sign_in.begin_session(request, patient)
        return redirect(where)
    return render(request, "people/sign_in_link.html", {"patient": link.patient})


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    sign_in.end_session(request, request.actor)
    return redirect("people:sign-in")


@patient_page
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest) -> HttpResponse:
    """Show and change contact details."""
    patient = queries.own_record(request.actor)
    form = DetailsForm(request.POST or None, instance=patient)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_patient(by=request.actor, patient=patient, **form.cleaned_data)
        except Invalid as problem:
            add_problems(form, problem.fields, problem.message)
        else:
            languages.remember(request, patient.language)
            notices.success(request, _("Saved."))
            return redirect("people:details")
    status = 422 if form.errors else 200
    return render(request, "people/details.html", {"form": form, "patient": patient}, status=status)


@patient_page
def data(request: HttpRequest) -> HttpResponse:
    """Show who looked at or changed the patient's record."""
    patient = queries.own_record(request.actor)
    lines = presenters.trail_lines(queries.own_trail(request.actor), patient.time_zone)
    return render(request, "people/data.html", {"patient": patient, "lines": lines})
