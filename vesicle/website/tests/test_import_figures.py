"""What a figure means, sentence by sentence: what counts, and what must not."""

from __future__ import annotations

import pytest

from vesicle.website.importing.blocks import Block
from vesicle.website.importing.figures import figures_in
from vesicle.website.importing.quantities import quantities

OURS = frozenset({"prp", "microneedling"})
# Sentence, heading above, the figure it states (None: it states none of ours), its range.
SENTENCES = [
    (
        "Early changes appear at 4–6 weeks, with full results after three months.",
        "When will I see results?",
        "onset_weeks",
        (4, 6),
    ),
    (
        "New skin shows at two to three weeks and collagen keeps building for six months.",
        "When you will see results",
        "onset_weeks",
        (2, 3),
    ),
    ("About 4 weeks after your first treatment.", "How soon will I notice a difference?", "onset_weeks", (4, 4)),
    ("Results typically last 6–12 months with maintenance treatments.", "", "lasts_months", (6, 12)),
    ("Results can last up to a year.", "", "lasts_months", (None, 12)),
    ("Effects persist for 18 months or more.", "", "lasts_months", (18, None)),
    ("If you have used Accutane in the last 6 months, please wait.", "", None, None),
    ("Wait 6 months after isotretinoin.", "", None, None),
    ("Avoid sun for 2 weeks.", "Aftercare", None, None),
    ("Numbing cream is applied for 30 minutes.", "", None, None),
    ("After 20–30 minutes of numbing, the treatment itself takes 45 minutes.", "", "duration_minutes", (45, 45)),
    ("The whole appointment takes about 90 minutes including numbing.", "", "duration_minutes", (90, 90)),
    (
        "The session takes about 60 minutes, including 20–30 minutes for numbing cream.",
        "",
        "duration_minutes",
        (60, 60),
    ),
    ("Sessions are spaced a month apart.", "", "interval_weeks", (4, 4)),
    ("We recommend three to six sessions, every 4-6 weeks.", "", "sessions", (3, 6)),
    ("We recommend three to six sessions, every 4-6 weeks.", "", "interval_weeks", (4, 6)),
    ("Maintenance treatments every 4–6 months are recommended.", "", None, None),
    ("To maintain results, we recommend one session every 6 months.", "", None, None),
    ("Redness usually subsides within 24–48 hours.", "", "downtime_days", (1, 2)),
    ("There is little to no downtime; redness may last a few hours.", "", None, None),
    ("There is no downtime.", "", "downtime_days", (0, 0)),
    ("You can return to work the next day.", "", None, None),
    ("Most clients return to normal activities within 1 to 3 days.", "", "downtime_days", (1, 3)),
    ("Results are visible within 2–3 weeks and continue to improve for up to 6 months.", "", "onset_weeks", (2, 3)),
    ("Results are visible within 2–3 weeks and continue to improve for up to 6 months.", "", "lasts_months", None),
    ("Botox lasts 3–4 months, while PRP lasts 12 months.", "", "lasts_months", (12, 12)),
    ("Fillers last 6 to 18 months.", "", None, None),
    ("You must be at least 18 years old.", "", None, None),
    ("Dr. Lee has over 15 years of experience.", "", None, None),
    ("The needles reach 0.5 to 2.5 mm.", "", None, None),
    ("Use SPF 30 for 4 weeks.", "", None, None),
    ("Cancel at least 24 hours before your appointment.", "", None, None),
    ("Most patients need 3–4 treatments spaced 4 to 6 weeks apart for optimal results.", "", "sessions", (3, 4)),
    ("Most patients need 3–4 treatments spaced 4 to 6 weeks apart for optimal results.", "", "interval_weeks", (4, 6)),
    ("You may see results after just one session.", "", None, None),
    ("85% of patients saw improvement after 3 treatments.", "", None, None),
    ("Treatments take 30 to 60 minutes depending on the area.", "", "duration_minutes", (30, 60)),
    ("Your appointment will last approximately one hour.", "", "duration_minutes", (60, 60)),
    ("Expect to be with us for an hour and a half.", "", "duration_minutes", (90, 90)),
    ("Peeling begins on day 3 and is over by day 7.", "", None, None),
    ("Peeling typically lasts 3-7 days.", "", "downtime_days", (3, 7)),
    ("Swelling may last up to 3 days.", "", "downtime_days", (None, 3)),
    ("A single treatment is usually enough.", "", "sessions", (1, 1)),
    ("A package of 3 sessions is $1,200.", "", None, None),
    ("A series of 3 monthly treatments is ideal.", "", "sessions", (3, 3)),
    ("A series of 3 monthly treatments is ideal.", "", "interval_weeks", (4, 4)),
    (
        "Initial improvement is noticeable in as little as two weeks, with final results at 3 months.",
        "",
        "onset_weeks",
        (2, None),
    ),
    ("Collagen production continues for up to 12 months.", "", None, None),
    ("The results of one session last 4–6 weeks.", "", "lasts_months", None),
    ("The first 24 hours: skin may feel tight.", "Aftercare", None, None),
    ("Downtime is typically 24 to 72 hours.", "", "downtime_days", (1, 3)),
    ("Recovery takes about a week.", "", "downtime_days", (7, 7)),
    ("Results last anywhere from 6 months to 2 years.", "", "lasts_months", (6, 24)),
    ("Blood is spun in a centrifuge for 10 minutes.", "", None, None),
    ("We draw blood, which takes about 5 minutes.", "", None, None),
    ("Patients typically begin to notice improvements 3–4 weeks after treatment.", "", "onset_weeks", (3, 4)),
    ("Full results take 3 to 6 months to develop.", "", None, None),
    ("It takes 3–6 months to see full results.", "", None, None),
    ("Treatments are performed every 3 months.", "", None, None),
    ("Avoid blood thinners for 7 days before your appointment.", "", None, None),
    ("Makeup can be worn after 24 hours.", "", None, None),
    ("The procedure lasts 20 minutes, but plan on being here for an hour.", "", "duration_minutes", (20, 20)),
    ("Each session takes around 45 minutes and sessions are scheduled 4 weeks apart.", "", "interval_weeks", (4, 4)),
    ("We suggest 2 to 3 sessions 6-8 weeks apart.", "", "interval_weeks", (6, 8)),
    ("In a 12-week trial, skin improved.", "", None, None),
    ("Our clinic opened 8 years ago.", "", None, None),
    ("Antiviral medicine is taken for 5 days.", "", None, None),
    ("Results last as long as six months.", "", "lasts_months", (None, 6)),
    ("You will be pink for one to two days.", "", "downtime_days", (1, 2)),
    ("Bruising can take 7–10 days to fade.", "", "downtime_days", (7, 10)),
    ("The glow lasts around 4 weeks.", "", "lasts_months", (1, 1)),
    ("Optimal results are seen after a series of 4-6 treatments spaced 2-4 weeks apart.", "", "sessions", (4, 6)),
    ("Optimal results are seen after a series of 4-6 treatments spaced 2-4 weeks apart.", "", "onset_weeks", None),
    ("You should start to see results in 1–2 weeks.", "", "onset_weeks", (1, 2)),
    ("Once your series is complete, we recommend a session every 6–12 months.", "", None, None),
    ("Follow-up visit at 6 weeks.", "", None, None),
    ("Downtime is 3 to 5 days for most; makeup is fine after that.", "", "downtime_days", (3, 5)),
    ("Depending on depth, allow 5–7 days of downtime.", "", "downtime_days", (5, 7)),
    ("Social downtime: approximately 7 days", "", "downtime_days", (7, 7)),
    ("Skin cell turnover takes 28 days.", "", None, None),
    ("The results of your treatment will last about 3 to 4 months.", "", "lasts_months", (3, 4)),
    ("Most see a difference after 2 or 3 sessions.", "", None, None),
    ("Sessions: 3 to 4, six weeks apart", "", "sessions", (3, 4)),
    ("Sessions: 3 to 4, six weeks apart", "", "interval_weeks", (6, 6)),
    ("Time in clinic – 1.5 hours", "", "duration_minutes", (90, 90)),
    ("New collagen takes 4 to 6 weeks to form.", "", None, None),
    ("We schedule patients every four weeks for three sessions.", "", "sessions", (3, 3)),
    ("Benefits usually last between nine and twelve months.", "", "lasts_months", (9, 12)),
    ("It can take up to 4 weeks to see results.", "", "onset_weeks", (None, 4)),
    ("Expect 5-7 days of peeling.", "", "downtime_days", (5, 7)),
    ("Typically clients experience 2-3 days of redness, similar to a sunburn.", "", "downtime_days", (2, 3)),
    ("Results appear gradually over 4 to 6 weeks.", "", "onset_weeks", (4, 6)),
    ("Results can last for a year or longer.", "", "lasts_months", (12, None)),
    ("For acne scars 4 to 6 sessions are usually needed.", "", "sessions", (4, 6)),
    ("A minimum of 3 sessions is recommended.", "", "sessions", (3, None)),
    ("Treatment takes 30–45 minutes.", "", "duration_minutes", (30, 45)),
    ("Q: How long does it take? A: About 45 minutes.", "", "duration_minutes", (45, 45)),
    ("It depends on your goals. Most patients need 3-6.", "How many treatments will I need?", "sessions", (3, 6)),
    ("You should wait 4 weeks between treatments.", "", "interval_weeks", (4, 4)),
    ("Results can be maintained for up to a year.", "", "lasts_months", (None, 12)),
    ("A series of peels over 6 weeks works best.", "", "downtime_days", None),
    ("Results improve over 3 months.", "", "onset_weeks", None),
    ("You will need between three and six sessions.", "", "sessions", (3, 6)),
    ("Results: 2-3 weeks", "", "onset_weeks", (2, 3)),
    ("Duration: 6-12 months", "", "lasts_months", (6, 12)),
    ("Results: last 6-12 months", "", "lasts_months", (6, 12)),
    ("Treatment lasts 30-45 minutes.", "How long does it last?", "duration_minutes", (30, 45)),
    ("Downtime: Minimal (1-2 days)", "", "downtime_days", (1, 2)),
    ("Most people feel comfortable returning to work after 2–3 days.", "", "downtime_days", (2, 3)),
    ("Skin may feel warm and look red for 2-3 hours, like a mild sunburn.", "", "downtime_days", None),
    ("We recommend waiting 2 weeks after Botox before your treatment.", "", None, None),
    ("Plan your treatment 2 weeks before any big event.", "", None, None),
    ("Reach out 48 hours in advance to reschedule.", "", None, None),
    ("Results: visible after 1 session, with best results after 3", "", None, None),
    ("The entire process takes less than an hour.", "", "duration_minutes", (None, 60)),
    ("Appointments are 45 minutes long.", "", "duration_minutes", (45, 45)),
    ("Expect your appointment to last one to two hours.", "", "duration_minutes", (60, 120)),
    ("Your skin will be back to normal in 3 to 5 days.", "", "downtime_days", (3, 5)),
    ("Initial results may be seen in as early as 3 weeks.", "", "onset_weeks", (3, None)),
    ("It typically takes 3-6 weeks to notice results.", "", "onset_weeks", (3, 6)),
    ("Results may be visible for 4 to 6 months.", "", "lasts_months", (4, 6)),
    ("Treatments should be repeated every 4 to 6 weeks until your goals are met.", "", "interval_weeks", (4, 6)),
    ("You can expect results to last for at least 12 months.", "", "lasts_months", (12, None)),
    (
        "Each treatment takes roughly 30 minutes and most people return to work the same day.",
        "",
        "duration_minutes",
        (30, 30),
    ),
    ("You may experience redness for 1-2 days and mild flaking for 3-5 days.", "", "downtime_days", (1, 2)),
    ("Patients usually undergo 3 treatments at 4-week intervals.", "", "sessions", (3, 3)),
    ("Patients usually undergo 3 treatments at 4-week intervals.", "", "interval_weeks", (4, 4)),
    ("Within the first week, your skin will look brighter.", "", None, None),
    ("Plan on being with us for about an hour and a half.", "", "duration_minutes", (90, 90)),
    ("You will be out the door in under an hour.", "", "duration_minutes", (None, 60)),
    ("A typical course runs to four visits, a month apart.", "", "sessions", (4, 4)),
    ("A typical course runs to four visits, a month apart.", "", "interval_weeks", (4, 4)),
    ("Book three; we leave four weeks between them.", "", "interval_weeks", (4, 4)),
    ("We like to see you three times, four weeks apart.", "", "sessions", (3, 3)),
    ("We like to see you three times, four weeks apart.", "", "interval_weeks", (4, 4)),
    ("Expect to look flushed for a day or two.", "", "downtime_days", (1, 2)),
    ("Your face stays pink for one to three days.", "", "downtime_days", (1, 3)),
    ("Most people are back at their desk after two days.", "", "downtime_days", (2, 2)),
    ("People start noticing around week three.", "", "onset_weeks", (3, 3)),
    ("The first change shows at four to six weeks.", "", "onset_weeks", (4, 6)),
    ("Skin looks brighter within a week.", "", "onset_weeks", (None, 1)),
    ("The effect carries you through six months to a year.", "", "lasts_months", (6, 12)),
    ("Results hold for 6 to 9 months.", "", "lasts_months", (6, 9)),
    ("Expect it to wear off after nine months or so.", "", "lasts_months", (9, 9)),
    ("Give yourself 90 minutes door to door.", "", "duration_minutes", (90, 90)),
    ("It is a 45-minute appointment.", "", "duration_minutes", (45, 45)),
    ("A 30 minute treatment", "", "duration_minutes", (30, 30)),
    ("Three rounds, six weeks apart, is our usual plan.", "", "sessions", (3, 3)),
    ("Most people do a set of 3, one every 4 weeks.", "", "sessions", (3, 3)),
    ("Most people do a set of 3, one every 4 weeks.", "", "interval_weeks", (4, 4)),
    ("Sessions are scheduled four to six weeks apart.", "", "interval_weeks", (4, 6)),
    ("We suggest leaving at least 4 weeks between appointments.", "", "interval_weeks", (4, None)),
    ("Two to four", "How many will I need?", "sessions", (2, 4)),
    ("Usually three.", "How many visits?", "sessions", (3, 3)),
    ("About 45 minutes, start to finish.", "How long will I be there?", "duration_minutes", (45, 45)),
    ("Three, about a month apart.", "How many sessions?", "sessions", (3, 3)),
    ("Three, about a month apart.", "How many sessions?", "interval_weeks", (4, 4)),
    ("Redness fades in 24 to 72 hours.", "", "downtime_days", (1, 3)),
    ("Take the weekend: two days of redness is usual.", "", "downtime_days", (2, 2)),
    ("You can expect mild swelling, which settles within 48 hours.", "", "downtime_days", (None, 2)),
    ("None", "Downtime", "downtime_days", (0, 0)),
    ("You can go straight back to work; there is no downtime.", "", "downtime_days", (0, 0)),
    ("Peeling begins on day 3 and is over by day 7.", "", "downtime_days", None),
    ("The results peak at three months and last about a year.", "", "lasts_months", (12, 12)),
    ("The results peak at three months and last about a year.", "", "onset_weeks", None),
    ("Changes become visible after about 4 weeks and keep building for 3 months.", "", "onset_weeks", (4, 4)),
    ("Come back once a year for upkeep.", "", "interval_weeks", None),
    ("Numbing takes 30 minutes.", "", "duration_minutes", None),
    ("The numbing cream sits for 30 minutes; the needling takes another 20.", "", "duration_minutes", None),
    ("Allow 75 minutes, half of which is numbing.", "", "duration_minutes", (75, 75)),
    ("Avoid retinol for 5 days before.", "", "downtime_days", None),
    ("No make-up for 24 hours.", "", "downtime_days", None),
    ("Stay out of the sun for two weeks.", "", "downtime_days", None),
    ("We have been doing this for 12 years.", "", "lasts_months", None),
    ("Open 6 days a week.", "", "downtime_days", None),
    ("Results in as little as two weeks.", "", "onset_weeks", (2, None)),
    ("A single session can be enough.", "", "sessions", (1, 1)),
    ("One treatment is usually all you need.", "", "sessions", (1, 1)),
    ("You will need between 3 and 5 treatments.", "", "sessions", (3, 5)),
    ("Series of 3", "", "sessions", (3, 3)),
    ("3 sessions | 4 weeks apart | 60 min", "", "sessions", (3, 3)),
    ("3 sessions | 4 weeks apart | 60 min", "", "interval_weeks", (4, 4)),
    ("3 sessions | 4 weeks apart | 60 min", "", "duration_minutes", (60, 60)),
    ("Give it six weeks before you judge it.", "", "onset_weeks", (6, 6)),
    ("Count on three to four months before you judge anything.", "", "onset_weeks", (12, 16)),
    ("One treatment; some repeat it after a year", "", "sessions", (1, 1)),
    ("You may see small grid marks for up to a week.", "", "onset_weeks", None),
    ("You may see small grid marks for up to a week.", "", "downtime_days", (None, 7)),
    ("Expect five days of social downtime.", "", "downtime_days", (5, 5)),
    ("Most clients take a long weekend off.", "", "downtime_days", None),
    ("You'll be done in 40 minutes flat.", "", "duration_minutes", (40, 40)),
    ("The whole thing lasts about an hour.", "", "duration_minutes", (60, 60)),
    ("Repeat every four weeks until you have had four.", "", "interval_weeks", (4, 4)),
    ("It lasts anywhere from 12 to 18 months.", "", "lasts_months", (12, 18)),
    ("Benefits last upwards of a year.", "", "lasts_months", (12, None)),
    ("Plan a fortnight between visits.", "", "interval_weeks", (2, 2)),
]


def read(text, heading):
    headings = ((1, "PRP"), (2, heading)) if heading else ((1, "PRP"),)
    section = "recovery_and_aftercare" if heading == "Aftercare" else ""
    taken, _ = figures_in(Block(text, "text", headings=headings), section, OURS)
    found = {}
    for one in taken:
        found.setdefault(one.role, one.values)
    return found


class TestMeaning:
    @pytest.mark.parametrize(("text", "heading", "role", "values"), [row for row in SENTENCES if row[2] and row[3]])
    def test_a_figure_is_read_with_its_meaning(self, text, heading, role, values):
        assert read(text, heading)[role] == values

    @pytest.mark.parametrize(("text", "heading", "role"), [row[:3] for row in SENTENCES if row[2] and not row[3]])
    def test_a_figure_is_not_read_as_something_it_is_not(self, text, heading, role):
        assert role not in read(text, heading)

    @pytest.mark.parametrize(("text", "heading"), [row[:2] for row in SENTENCES if not row[2]])
    def test_what_is_none_of_our_figures_gives_none(self, text, heading):
        assert read(text, heading) == {}


class TestQuantities:
    @pytest.mark.parametrize(
        ("text", "low", "high"),
        [
            ("45 minutes", 45, 45),
            ("30–60 min.", 30, 60),
            ("three to six sessions", 3, 6),
            ("4- to 6-week intervals", 4, 6),
            ("up to six months", None, 6),
            ("6+ months", 6, None),
            ("between 3 and 6 months", 3, 6),
            ("two sessions and 3 weeks", 2, 2),
            ("12\u00a0months", 12, 12),
        ],
    )
    def test_numbers_are_read_as_people_write_them(self, text, low, high):
        one = quantities(text.replace("\u00a0", " "))[0]
        assert (one.low, one.high) == (low, high)

    @pytest.mark.parametrize("text", ["$300", "4.9", "SPF 30", "0.5-1.5 mm", "(555) 010-2233", "85%"])
    def test_numbers_without_a_unit_of_time_are_none(self, text):
        assert quantities(text) == ()
