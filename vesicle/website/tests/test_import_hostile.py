"""Nothing that a browser would run survives an import: not in the machine form, not in what a draft takes."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from vesicle.protocols.library_files import load_library
from vesicle.website.importing import Unreadable, read_page
from vesicle.website.importing.contradictions import contradictions
from vesicle.website.importing.draft import proposal
from vesicle.website.importing.report import report_lines

RUNS = "evil()"
HANDLERS = [
    "onclick",
    "ONERROR",
    "onload ",
    "onmouseover\n",
    "onfocus autofocus onfocus",
    "style",
    "formaction",
    "srcdoc",
]
SCHEMES = [
    "javascript:",
    "JaVaScRiPt:",
    "java\tscript:",
    "&#106;avascript:",
    "jav&#x0A;ascript:",
    "data:text/html,",
    " vbscript:",
]
TAGS = [
    "p",
    "h1",
    "h2",
    "li",
    "a",
    "img",
    "svg",
    "math",
    "video",
    "details open ontoggle=evil()",
    "input",
    "body",
    "td",
]
AROUND = [
    "<script>{0}</script>",
    "<SCRIPT src=x>{0}</SCRIPT >",
    "<svg><script>{0}</script></svg>",
    "<math><style>{0}</style></math>",
    "<style>p{{width:expression({0})}}</style>",
    "<template><script>{0}</script></template>",
    "<noscript><img src=x onerror={0}></noscript>",
    "<iframe srcdoc='<script>{0}</script>'></iframe>",
    "<iframe><script>{0}</script></iframe>",
    "<meta http-equiv=refresh content='0;url=javascript:{0}'>",
    "<base href='javascript:{0}//'>",
    "<object data='javascript:{0}'></object><embed src='javascript:{0}'>",
    "<form id={0} action='javascript:{0}'><input name={0}></form>",
    "<a id=attributes name={0}></a>",
    "<!--<script>{0}</script>-->",
    "<?php {0} ?>",
    "<xmp><script>{0}</script></xmp>",
    "&lt;img src=x onerror={0}&gt;",
    "&lt;script&gt;{0}&lt;/script&gt;",
    "&ltimg src=x onerror={0}&gt",
    "&#60img src=x onerror={0}&#62",
    "&#0000000000060;img src=x onerror={0}>",
    "&amp;amp;lt;img src=x onerror={0}&amp;amp;gt;",
    "<img src=x onerror={0} //>",
    "&lt;&#8203;img src=x onerror={0}&gt;",
    "<title>PRP<script>{0}</script></title>",
    "<html lang='<img/src=x onerror={0}>'>",
    "<p<script>It takes 45 minutes.",
    '[vc_toggle title="<img src=x onerror={0}>"]It takes 45 minutes.[/vc_toggle]',
]
HOSTILE = st.one_of(
    st.sampled_from(AROUND).map(lambda form: form.format(RUNS)),
    st.builds(
        lambda tag, name, quote: f"<{tag} {name}={quote}{RUNS}{quote}>",
        st.sampled_from(TAGS),
        st.sampled_from(HANDLERS),
        st.sampled_from(["", "'", '"']),
    ),
    st.builds(
        lambda name, scheme: f"<a {name}='{scheme}{RUNS}'>more about it</a>",
        st.sampled_from(["href", "xlink:href", "src", "action", "background", "poster"]),
        st.sampled_from(SCHEMES),
    ),
)
SPANISH = "<p>El tratamiento de la piel dura 45 minutos y se hace con su propia sangre después de una cita.</p>" * 3
WORDS = st.sampled_from(
    ["<p>It takes 45 minutes.</p>", "<h2>What to expect</h2>", "<li>Pregnancy</li>", " made from blood "]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(HOSTILE | WORDS, min_size=1, max_size=8), st.sampled_from(["", SPANISH]))
def test_nothing_executable_survives_in_what_is_told_or_taken(parts, foreign):
    try:
        page = read_page(f"{parts[0]}<h1>PRP</h1><p>Made from your own blood.</p>{foreign}{''.join(parts)}")
    except Unreadable:
        return
    options = tuple(option for option in load_library().options() if option.treatment == "prp")
    told = json.dumps(page.as_dict()) + "\n".join(report_lines(page, contradictions(page)))
    for text in (told, repr(proposal(page, options))):
        assert RUNS not in text
        assert not re.search(r"<[a-z!/?]", text, re.IGNORECASE)
