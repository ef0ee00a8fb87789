"""The consent of a draft, before anybody is asked to sign it."""

from vesicle.consent.models import SignedConsent
from vesicle.protocols import services
from vesicle.protocols.tests import shipped
from vesicle.protocols.tests.editions import draft, install


def test_it_is_the_document_of_the_drafts_own_text_with_stand_ins(client, as_staff, cast):
    install()
    edition = draft(cast)
    content = services.start_text(edition)
    index = [one["id"] for one in content["modalities"]].index("injection")
    consent = content["modalities"][index].get("consent") or content["consent"]
    content["modalities"][index]["consent"] = consent | {"procedure": "We do it in quite another way."}
    services.change_protocol(by=cast.actor("iris"), edition=edition, content=content, expected_revision=1)
    page = as_staff(client, "iris").get(f"/desk/consent/preview/{edition.pk}/injection/").content.decode()
    assert "Preview of a draft" in page
    assert "We do it in quite another way." in page
    assert f"protocol prp {shipped.PRP}+e1" in page
    assert not SignedConsent.objects.exists()


def test_a_way_there_is_not_and_another_clinics_draft_are_not_found(client, as_staff, cast):
    install()
    edition = draft(cast)
    assert as_staff(client, "iris").get(f"/desk/consent/preview/{edition.pk}/nothing/").status_code == 404
    assert as_staff(type(client)(), "otto").get(f"/desk/consent/preview/{edition.pk}/injection/").status_code == 404
