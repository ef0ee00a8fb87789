"""The questions of a draft, before anybody is asked them."""

import pytest

from vesicle.candidacy.previews import asked_for
from vesicle.protocols.bank import load_bank
from vesicle.protocols.editor.sentences import rule_sentence
from vesicle.protocols.schema import questions_of
from vesicle.protocols.tests import shipped
from vesicle.protocols.tests.editions import draft, install


def test_every_question_that_a_rule_reads_is_listed_with_the_rule():
    option = shipped.option("exosome-therapy/microneedling")
    asked = asked_for([option])
    wanted = frozenset().union(*(questions_of(entry.rule.when) for entry in option.rules))
    assert {one.question.id for one in asked} == wanted & set(load_bank().asked)
    fed = {sentence for one in asked for sentence, _ in one.rules}
    assert fed == {rule_sentence(entry.rule) for entry in option.rules if questions_of(entry.rule.when)}
    assert {names for one in asked for _, names in one.rules} == {option.name}, "said once, though two treatments do"


@pytest.mark.parametrize("name", ["iris", "owen", "noor", "rosa"])
def test_staff_see_it_clearly_marked(client, as_staff, cast, name):
    install()
    edition = draft(cast)
    page = as_staff(client, name).get(f"/desk/candidacy/preview/{edition.pk}/").content.decode()
    assert "Preview of a draft" in page
    assert "Are you pregnant, or could you be?" in page


def test_otto_and_strangers_see_nothing(client, as_staff, cast):
    install()
    address = f"/desk/candidacy/preview/{draft(cast).pk}/"
    assert client.get(address).headers["Location"].startswith("/accounts/login/")
    assert as_staff(client, "otto").get(address).status_code == 404
