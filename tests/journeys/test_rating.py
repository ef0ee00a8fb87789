"""A rater at the tablet: pair after pair by keys, then what everybody found."""

from vesicle.results.rating.tests.situations import a_rater, opened, photograph_six, prefer_later
from vesicle.treatment.tests.situations import Path


def test_a_rater_goes_through_the_pairs_by_keys_and_reads_what_was_found(alderbrook, desk):
    treated = photograph_six(Path(alderbrook, alderbrook.cast.pia).treated())
    iris, mara = alderbrook.cast.iris, a_rater(treated, "Mara Lind")
    row = opened(treated, raters=[iris, mara])
    list(prefer_later(mara, row))
    screen = desk("iris")
    screen.open(f"/desk/results/ratings/{row.pk}/")
    screen.shows("Raters")
    screen.press("Begin")
    screen.shows("Which side looks better?")
    for position in range(1, row.tasks.filter(rater=iris).count() + 1):
        screen.page.wait_for_url(f"**/{position}/")
        if position == 2:
            screen.page.set_viewport_size({"width": 390, "height": 844})
            screen.is_sound()
        screen.page.keyboard.press("3")
        screen.page.keyboard.press("Enter")
    screen.shows("What was found")
    screen.says("6 of 6")
    screen.open("/desk/results/ratings/")
    screen.shows("Have photographs rated")
