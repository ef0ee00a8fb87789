"""Signing, withdrawing, and deciding about photographs. Every refusal stands beside the signature that counts."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from vesicle.consent import pdf, queries, services
from vesicle.consent.domain import hash_of, valid_until
from vesicle.consent.models import PhotoConsent, SignedConsent
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.languages import speaking
from vesicle.core.models import AuditEntry
from vesicle.core.scope import clinic_scope
from vesicle.core.tests.marks import Marks
from vesicle.people.identity import staff_actor
from vesicle.protocols import services as protocols
from vesicle.protocols.bank import load_bank
from vesicle.protocols.models import Edition
from vesicle.protocols.tests import translations
from vesicle.scheduling.models import Appointment


@pytest.fixture
def booked(path):
    return path().booked()


def in_force(path):
    return queries.for_appointment(path.me, path.appointment, clock.now().date())


class TestSign:
    def test_takes_what_was_shown_and_freezes_it(self, booked):
        document = queries.document_for(booked.appointment)
        consent = booked.sign(in_own_words="  Needles, then a serum. ")
        consent.refresh_from_db()
        assert consent.document == document.as_json()
        assert consent.document_hash == document.hash == hash_of(consent.document)
        assert consent.in_own_words == "Needles, then a serum."
        assert (consent.protocol_version, consent.edition_id) == ("1.1.0", booked.appointment.edition_id)
        assert in_force(booked) == consent
        assert AuditEntry.objects.filter(code="consent.signed", patient_id=booked.patient.pk).count() == 1

    def test_freezes_the_language_it_was_read_in(self, booked, tmp_path):
        bank = load_bank()
        with translations.library_in(tmp_path), speaking("es"):
            translations.fill("es", "bank")
            consent = booked.sign()
        risks = next(block for block in consent.document["blocks"] if block["id"] == "risks")
        assert any(translations.said(bank.consent_risks["infection"].patient) in one for one in risks["items"])
        assert in_force(booked).document == consent.document

    def test_keeps_which_words_were_english_because_there_was_no_translation(
        self, booked, tmp_path, client, as_patient, monkeypatch
    ):
        drawn = []
        monkeypatch.setattr(pdf, "as_pdf", lambda html, style: drawn.append(html) or b"%PDF")
        with translations.nothing_translated(tmp_path), speaking("es"):
            consent = booked.sign()
        consent.refresh_from_db()
        assert consent.document_hash == hash_of(consent.document)
        page = as_patient(client, booked.patient).get(f"/consent/{booked.appointment.pk}/").content.decode()
        pdf.copy_of(consent)
        for html in (page, drawn[0]):
            marks = Marks(html)
            assert marks.broken == []
            assert "Tratamiento:" in html
            assert {text for block in consent.document["blocks"] for text in block["items"]} & set(marks.english)
            assert marks.unmarked(translations.known_again()) == []

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"signature": ""}, "signature"),
            ({"signature": "   "}, "signature"),
            ({"signature": "Tam Nguyen"}, "signature"),
            ({"acknowledgements": []}, "acknowledgements"),
            ({"shown_hash": ""}, "document"),
            ({"shown_hash": "0" * 64}, "document"),
            ({"drawing": "<script>"}, "drawing"),
            ({"drawing": "M 1 1 " * 5000}, "drawing"),
        ],
    )
    def test_refuses_what_is_no_signature_and_stores_nothing(self, booked, changes, field):
        with pytest.raises(Invalid) as refused:
            booked.sign(**changes)
        assert list(refused.value.fields) == [field]
        assert not SignedConsent.objects.exists()
        assert booked.sign() == in_force(booked)

    def test_refuses_when_one_tick_of_many_is_missing(self, booked):
        ticks = [tick.id for tick in queries.document_for(booked.appointment).ticks]
        assert len(ticks) > 3
        for left_out in ticks:
            with pytest.raises(Invalid) as refused:
                booked.sign(acknowledgements=[tick for tick in ticks if tick != left_out])
            assert "acknowledgements" in refused.value.fields
        assert booked.sign(acknowledgements=ticks)

    def test_forgives_case_and_spaces_in_the_name(self, booked):
        assert booked.sign(signature=" pia  SØRENSEN ").signature == "pia  SØRENSEN"

    def test_only_the_patient_signs(self, booked, path):
        for stranger in ("tam",):
            with pytest.raises(NotFound):
                booked.sign(by=booked.house.actor(stranger))
        for staff in ("noor", "rosa"):
            with pytest.raises(NotPermitted):
                booked.sign(by=booked.house.actor(staff))
        assert not SignedConsent.objects.exists()

    def test_the_database_changes_no_signed_consent(self, booked):
        consent = booked.sign()
        for change in ({"signature": "Somebody"}, {"document": {}}):
            with pytest.raises(IntegrityError), transaction.atomic():
                SignedConsent.objects.filter(pk=consent.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            consent.delete()

    def test_a_text_that_changed_since_the_page_was_opened_is_refused(self, booked):
        shown = queries.document_for(booked.appointment).hash
        booked.appointment.location.street = "1 Other Street"
        with pytest.raises(Invalid) as refused:
            booked.sign(shown_hash=shown)
        assert "changed since you opened" in refused.value.fields["document"]


class TestValidity:
    def test_names_every_specific_risk_and_the_lot_of_the_page(self, booked):
        document = queries.document_for(booked.appointment)
        words = str(document.as_json())
        assert {"risks", "unknown", "alternatives", "rights", "origin"} <= {block.id for block in document.blocks}
        assert "Pia Sørensen" in words
        assert "Noor Haddad" in words
        assert "protocol exosome-therapy 1.1.0, edition 1" in words

    def test_ends_on_its_last_day(self, booked):
        consent = booked.sign()
        ask = {"patient_id": booked.patient.pk, "option_id": booked.option, "edition_id": consent.edition_id}
        last = consent.valid_until
        assert queries.valid_consent(booked.me, **ask, areas=["full-face"], on=last) == consent
        assert queries.valid_consent(booked.me, **ask, areas=["full-face"], on=last + timedelta(days=1)) is None

    def test_another_area_option_or_edition_asks_again(self, booked):
        consent = booked.sign()
        ask = {"patient_id": booked.patient.pk, "on": clock.now().date()}
        same = {"option_id": booked.option, "edition_id": consent.edition_id, "areas": ["full-face"]}
        assert queries.valid_consent(booked.me, **ask, **same) == consent
        for other in ({"areas": ["full-face", "neck"]}, {"option_id": "microneedling/standard"}, {"edition_id": 0}):
            assert queries.valid_consent(booked.me, **ask, **same | other) is None

    def test_a_new_edition_asks_whoever_books_under_it_again(self, booked, path):
        booked.sign()
        iris = booked.house.actor("iris")
        edition = protocols.draft_edition(by=iris, treatment="exosome-therapy")
        protocols.submit_for_review(by=iris, edition=edition)
        protocols.approve_edition(by=iris, edition=edition, statement="Second edition.")
        assert in_force(booked) is not None  # what was booked and signed stays as it was
        later = path().booked(on=clock.now().date() + timedelta(days=36))
        assert later.appointment.edition_id == Edition.objects.get(treatment="exosome-therapy", number=2).pk
        assert in_force(later) is None

    def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(self):
        assert valid_until(date(2026, 11, 30), 12) == date(2027, 11, 30)
        assert valid_until(date(2026, 8, 31), 6) == date(2027, 2, 28)
        assert valid_until(date(2027, 8, 31), 6) == date(2028, 2, 29)
        assert valid_until(date(2026, 12, 31), 1) == date(2027, 1, 31)


class TestWithdraw:
    def test_ends_the_consent_at_once_and_once(self, booked):
        consent = booked.sign()
        services.withdraw(by=booked.me, consent=consent, now=clock.now(), reason="Thinking again.")
        assert in_force(booked) is None
        with pytest.raises(Conflict):
            services.withdraw(by=booked.me, consent=consent, now=clock.now())
        again = booked.sign()
        assert in_force(booked) == again

    def test_nobody_else_withdraws(self, booked):
        consent = booked.sign()
        with pytest.raises(NotFound):
            services.withdraw(by=booked.house.actor("tam"), consent=consent, now=clock.now())
        with pytest.raises(NotPermitted):
            services.withdraw(by=booked.house.actor("iris"), consent=consent, now=clock.now())
        assert in_force(booked) == consent


class TestPhotographs:
    def test_are_asked_for_apart_from_the_treatment_and_use_by_use(self, booked):
        booked.sign()
        may = lambda use: queries.photo_consent(booked.me, booked.patient.pk, use)  # noqa: E731
        assert not any(may(use) for use in PhotoConsent.Use)
        booked.agree_to_photographs("clinical")
        assert [may(use) for use in ("clinical", "teaching", "public")] == [True, False, False]
        booked.agree_to_photographs("public")
        booked.agree_to_photographs("public", yes=False)
        assert [may(use) for use in ("clinical", "teaching", "public")] == [True, False, False]
        assert in_force(booked) is not None

    def test_a_yes_needs_the_name_and_a_no_does_not(self, booked):
        give = {"by": booked.me, "patient": booked.patient, "use": "clinical", "now": clock.now()}
        for name in ("", "Tam Nguyen"):
            with pytest.raises(Invalid):
                services.set_photo_consent(**give, is_given=True, signature=name)
        services.set_photo_consent(**give, is_given=False, signature="")
        with pytest.raises(Invalid):
            services.set_photo_consent(**give | {"use": "billboard"}, is_given=False, signature="")
        with pytest.raises(NotFound):
            services.set_photo_consent(**give | {"by": booked.house.actor("tam")}, is_given=False, signature="")


class TestReads:
    def test_staff_and_the_patient_read_it_and_the_trail_shows_who(self, booked):
        consent = booked.sign()
        for name in ("pia", "rosa", "noor"):
            assert queries.signed_consent(booked.house.actor(name), consent.pk) == consent
        readers = AuditEntry.objects.filter(code="consent.read").values_list("actor_name", flat=True)
        assert set(readers) == {"Pia Sørensen", "Rosa Marin", "Noor Haddad"}

    def test_others_find_nothing(self, booked):
        consent = booked.sign()
        with pytest.raises(NotFound):
            queries.signed_consent(booked.house.actor("tam"), consent.pk)
        with pytest.raises(NotPermitted):
            queries.signed_consent(booked.house.actor("owen"), consent.pk)
        cast = booked.house.cast
        with clinic_scope(cast.other.pk), pytest.raises(NotFound):
            queries.signed_consent(staff_actor(cast.otto), consent.pk)


class TestPages:
    def test_a_half_filled_form_keeps_what_was_typed(self, booked, client, as_patient):
        document = queries.document_for(booked.appointment)
        first = document.ticks[0].id
        page = as_patient(client, booked.patient).post(
            f"/consent/{booked.appointment.pk}/",
            {
                "document": document.hash,
                "acknowledgements": [first],
                "in_own_words": "Small needles",
                "signature_typed": "",
            },
        )
        assert page.status_code == 422
        html = page.content.decode()
        assert "Small needles" in html
        assert "Type your full name to sign." in html
        assert html.count("checked") == 1

    def test_nothing_is_signed_for_a_cancelled_appointment(self, booked, client, as_patient):
        Appointment.objects.filter(pk=booked.appointment.pk).update(state="cancelled")
        page = as_patient(client, booked.patient).get(f"/consent/{booked.appointment.pk}/")
        assert page.status_code == 409

    def test_somebody_elses_appointment_is_not_found(self, booked, client, as_patient):
        tam = as_patient(client, booked.house.cast.tam)
        for page in ("", "photos/", "withdraw/"):
            assert tam.get(f"/consent/{booked.appointment.pk}/{page}").status_code == 404

    def test_an_old_link_says_so_kindly(self, booked, client):
        page = client.get("/consent/not-a-token/")
        assert page.status_code == 404
        assert "link" in page.content.decode().lower()
