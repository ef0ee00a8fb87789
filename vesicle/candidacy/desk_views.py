"""The provider's side: who waits, everything they said, and the decision; and where one patient stands."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vesicle.candidacy import presenters, queries, services
from vesicle.candidacy.domain import evaluate, standard_catalogue
from vesicle.candidacy.domain.clearance import stale_on
from vesicle.candidacy.exam_forms import ConditionsForm, ExamForm
from vesicle.candidacy.forms import DecisionForm, add_problems
from vesicle.candidacy.permissions import (
    ANSWER,
    ASK_REVIEW,
    DECIDE,
    SEE_ANSWERS,
    SEE_METRICS,
    SEE_QUEUE,
    SET_LIMITS,
    WITHDRAW,
)
from vesicle.candidacy.views.parts import in_clinic_time, posted
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, Invalid, NotFound, NotPermitted, Stale
from vesicle.people import queries as people
from vesicle.people.access import staff_page
from vesicle.people.services import open_record
from vesicle.protocols.bank import load_bank
from vesicle.protocols.queries import OfferedOption, offered, offered_options, option_of_edition


@staff_page(SEE_QUEUE)
@require_GET
@in_clinic_time
def queue(request: HttpRequest) -> HttpResponse:
    """Show who waits, the longest waiting first."""
    waiting = queries.queue(request.actor, now=clock.now())
    names = presenters.option_names(offered_options(request.actor.clinic_id))
    context = {
        "waiting": [presenters.queue_line(line, names) for line in waiting],
        "overdue": sum(line.is_overdue for line in waiting),
        "decided": [presenters.decided_line(row, names) for row in queries.decided(request.actor)],
        "may_open": request.actor.may(SEE_ANSWERS),
        "affected": queries.open_rule_changes(request.actor),
        "may_see_metrics": request.actor.may(SEE_METRICS),
        "may_set_limits": request.actor.may(SET_LIMITS),
    }
    return render(request, "candidacy/desk/queue.html", context)


@staff_page(SEE_ANSWERS)
@require_http_methods(["GET", "POST"])
@in_clinic_time
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show everything a patient said about one option; take the decision."""
    now = clock.now()
    found = services.open_review(by=request.actor, review_id=review_id)
    offer, is_offered = _offer(request, found)
    made = queries.decisions_of(request.actor, found.patient_id, option=found.option)
    seen = {"seen": found.verdict_id, "seen_decisions": sum(row.review_id == found.pk for row in made)}
    form = DecisionForm(posted(request), initial={"mode": "in-person"} | seen)
    exam, needs = ExamForm(posted(request), offer.option.sections.exam), ConditionsForm(posted(request))
    are_whole = [each.is_valid() for each in (form, exam, needs)]
    if request.method == "POST" and all(are_whole):
        try:
            services.decide_review(
                by=request.actor,
                review=found,
                now=now,
                findings=dict.fromkeys(exam.sent_keys()) | exam.findings(),
                requires=needs.given(),
                **form.cleaned_data,
            )
        except Invalid as refused:
            _place(refused, form, exam)
        except (Blocked, NotPermitted, Stale) as refused:
            add_problems(form, {}, " ".join([refused.message, *getattr(refused, "reasons", ())]))
        else:
            messages.success(request, f"Decided. {found.patient.called} is being told.")
            return redirect("candidacy_desk:queue")
    context = _review_context(request, found, offer) | {
        "is_offered": is_offered,
        "decisions": [presenters.decision_record(row) for row in made],
        "form": form,
        "exam": exam,
        "needs": needs,
    }
    has_problems = request.method == "POST"
    return render(request, "candidacy/desk/review.html", context, status=422 if has_problems else 200)


def _place(refused: Invalid, form: DecisionForm, exam: ExamForm) -> None:
    """Put every problem beside its field: findings in the exam, the rest in the decision."""
    start = "exam."
    found = {name.removeprefix(start): words for name, words in refused.fields.items() if name.startswith(start)}
    others = {name: words for name, words in refused.fields.items() if not name.startswith(start)}
    add_problems(exam, found, refused.message) if found else None
    if others or not found:
        add_problems(form, others, refused.message)


def _offer(request: HttpRequest, found: queries.Review) -> tuple[OfferedOption, bool]:
    """Return the option as offered now, or as it was when the answers were given; and whether it is offered."""
    try:
        return offered(request.actor.clinic_id, found.option), True
    except NotFound:
        # Withdrawn since: the answers can still be read, under the rules they were given for.
        return option_of_edition(found.verdict.edition_id, found.option), False


def _review_context(request: HttpRequest, found: queries.Review, offer: OfferedOption) -> dict[str, object]:
    today = queries.clinic_day(request.actor.clinic_id, clock.now())
    told = queries.said(found.screening)
    verdict = evaluate(offer.option, told.answers, max(today, told.last_day or today))
    qualifications = offer.option.sections.qualifications
    allowed = queries.authority_for(request.actor.clinic_id, offer, verdict)
    return {
        "review": found,
        "patient": found.patient,
        "age": told.answers.age_on(today),
        "name": f"{offer.option.title}: {offer.option.name}",
        "version": offer.option.version,
        "edition": offer.edition_number,
        "verdict": verdict,
        "chip": presenters.CHIPS[verdict.verdict],
        "sources": load_bank().references,
        "reasons": [presenters.reason_line(reason) for reason in (*verdict.reasons, *verdict.other)],
        "notes": [presenters.reason_line(reason) for reason in verdict.notes],
        "missing": [standard_catalogue().text_of(question) for question in verdict.missing],
        "groups": presenters.by_notability(
            presenters.answer_lines(
                told.answers,
                days=told.days,
                skipped=told.skipped,
                changed={change.question: change.before for change in told.changed},
            )
        ),
        "medicines": presenters.medicine_list(told.answers, queries.named_medicines(found.screening)),
        "concerns": presenters.concern_lines(offer, found.screening.concerns),
        "may_decide": queries.may_decide(request.actor, allowed),
        "can_clear": verdict.verdict in ("suitable", "review") and not verdict.unasked,
        "licences": [name.upper() for name in offer.option.sections.qualifications.exam_by if name in allowed.licences],
        "who": presenters.who_may(allowed, queries.deciders(request.actor, allowed)),
        "default_end": today + timedelta(days=qualifications.exam_valid_days),
    }


@staff_page(SEE_QUEUE)
@require_GET
@in_clinic_time
def patient(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show where a patient stands with every option, and the one act that moves each on."""
    today = queries.clinic_day(request.actor.clinic_id, clock.now())
    found = open_record(by=request.actor, patient_id=patient_id)
    latest = queries.latest_finished(request.actor, patient_id)
    told = queries.said(latest) if latest else None
    stale = stale_on(today, told.days, standard_catalogue()) if told else ()
    may_read = request.actor.may(SEE_ANSWERS)
    waiting = {review.option: review for review in queries.pending_of(request.actor, patient_id)}
    found_clearances = queries.clearances(request.actor, patient_id=patient_id, on=today)
    context = {
        "patient": found,
        "screening": latest,
        "rows": [presenters.clearance_line(offer, each, waiting) for offer, each in found_clearances],
        "stale": [line for line in presenters.answer_lines(told.answers, days=told.days) if line.id in stale]
        if told
        else [],
        "groups": presenters.by_notability(presenters.answer_lines(told.answers, days=told.days, skipped=told.skipped))
        if told and may_read
        else (),
        "medicines": presenters.medicine_list(told.answers, queries.named_medicines(latest))
        if told and latest and may_read
        else None,
        "may_read": may_read,
        "may_withdraw": request.actor.may(WITHDRAW),
        "today": today,
    }
    return render(request, "candidacy/desk/patient.html", context)


@staff_page(ANSWER)
@require_POST
def ask(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Ask a patient the questions, on the phone or in the room; what is still fresh is not asked again."""
    found = people.patient(request.actor, patient_id)
    latest = queries.latest_finished(request.actor, patient_id)
    begun = services.start_screening(
        by=request.actor,
        patient=found,
        areas=latest.areas if latest else ("full-face",),
        concerns=latest.concerns if latest else (),
        option=request.POST.get("option") or (latest.chosen_option if latest else ""),
        now=clock.now(),
    )
    return redirect("candidacy:resume", token=begun.token)


@staff_page(ANSWER)
@require_POST
def confirm(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Note that a patient has confirmed every answer that had grown old."""
    latest = queries.latest_finished(request.actor, patient_id)
    if latest is None:
        raise NotFound("This patient has not answered the questions yet.")
    again = services.reconfirm(by=request.actor, screening=latest, now=clock.now())
    services.complete(by=request.actor, screening=latest, now=clock.now())
    count = len(again)
    messages.success(request, f"Noted: {count} answer{'s are' if count != 1 else ' is'} still true.")
    return redirect("candidacy_desk:patient", patient_id=patient_id)


@staff_page(ASK_REVIEW)
@require_POST
def request_review(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Put a patient's answers about one option before a provider; a provider goes straight there."""
    latest = queries.latest_finished(request.actor, patient_id)
    if latest is None:
        raise NotFound("This patient has not answered the questions yet.")
    option = request.POST.get("option", "")
    try:
        made = services.request_review(by=request.actor, screening=latest, option=option, now=clock.now())
    except (Blocked, Conflict) as refused:
        messages.warning(request, " ".join([refused.message, *getattr(refused, "reasons", ())]))
        return redirect("candidacy_desk:patient", patient_id=patient_id)
    if request.actor.may(DECIDE):
        return redirect("candidacy_desk:review", review_id=made.pk)
    messages.success(request, "A provider will look at it.")
    return redirect("candidacy_desk:patient", patient_id=patient_id)


@staff_page(WITHDRAW)
@require_POST
def withdraw(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Withdraw a clearance, with the reason."""
    found = people.patient(request.actor, patient_id)
    try:
        services.revoke_clearance(
            by=request.actor,
            patient=found,
            option=request.POST.get("option", ""),
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
    except (Invalid, Conflict) as refused:
        messages.warning(request, refused.message)
    else:
        messages.success(request, "The clearance is withdrawn.")
    return redirect("candidacy_desk:patient", patient_id=patient_id)
