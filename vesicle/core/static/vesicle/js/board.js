// The calendar page: what colleagues change appears, steps are one click, some pages open in a box, and keys lead around.
// Every page works without this file. It has no imports: hashed names of static files do not reach into modules.
// What carry.js needs of it is in globalThis.calendar.

const doc = document;
const EVERY = 5000;
const board = () => doc.getElementById("board");
const grid = () => doc.querySelector(".day");
let refreshing = false;
let isStale = false; // something changed while the calendar was being fetched
let opening = false; // a box is on its way: keys typed meanwhile are meant for it

/** Say what happened, to eyes and ears, with buttons for what can be done about it. */
function tell(words, { tone = "ok", acts = [] } = {}) {
  const notice = doc.createElement("div");
  notice.className = `notice ${tone}`;
  const mark = doc.createElement("span");
  mark.setAttribute("aria-hidden", "true");
  mark.textContent = tone === "ok" ? "✓" : "!";
  const body = doc.createElement("div");
  const text = doc.createElement("p");
  text.textContent = words;
  body.append(text);
  if (acts.length) {
    const row = doc.createElement("div");
    row.className = "actions";
    for (const act of acts) {
      const button = doc.createElement("button");
      button.type = "button";
      button.className = "btn quiet small";
      button.textContent = act.words;
      button.addEventListener("click", act.run);
      row.append(button);
    }
    body.append(row);
  }
  notice.append(mark, body);
  doc.getElementById("said").replaceChildren(notice);
  notice.scrollIntoView?.({ block: "nearest" });
}

const token = () => JSON.parse(doc.body.getAttribute("hx-headers"))["x-csrftoken"];
async function post(address, fields) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": token() },
    body: fields instanceof FormData ? fields : new URLSearchParams(fields),
  });
  const kind = answer.headers.get("Content-Type") ?? "";
  const body = kind.includes("json") ? await answer.json() : { detail: "That did not work. Load the page again." };
  return { ok: answer.ok && kind.includes("json"), body };
}
const wordsOf = (problem) => [problem.detail, ...(problem.reasons ?? [])].join(" ");

// --- live: swap the calendar when a colleague changed something ----------------------------------------------
const isBusy = () => refreshing || Boolean(doc.querySelector(".carried, .selecting, .saving, dialog[open]"));

async function refresh() {
  const here = board();
  if (!here) return;
  if (refreshing) { isStale = true; return; }
  refreshing = true;
  isStale = false;
  const focused = doc.activeElement?.closest?.("#board [id]")?.id;
  const [left, top] = [grid()?.scrollLeft ?? 0, grid()?.scrollTop ?? 0];
  try {
    await htmx.ajax("GET", here.dataset.board, { source: here, target: here, swap: "outerHTML settle:0ms" });
    grid()?.scrollTo({ left, top, behavior: "instant" });
    if (focused) doc.getElementById(focused)?.focus({ preventScroll: true });
    const panel = doc.getElementById("panel");
    if (panel && !panel.contains(doc.activeElement)) await htmx.ajax("GET", panel.dataset.panel, { source: panel, target: panel, swap: "outerHTML settle:0ms" });
  } finally {
    refreshing = false;
  }
  if (isStale) await refresh();
}

async function look() {
  if (doc.hidden || !board() || isBusy()) return;
  try {
    const answer = await fetch(`${board().dataset.board}&since=${board().dataset.revision}`, { redirect: "manual", headers: { "HX-Request": "true" } });
    if (answer.status === 200 && !isBusy()) await refresh();
  } catch {
    // The network is gone for a moment; the next look will tell.
  }
}
/** Begin where the day is. */
function showNow() {
  const [line, frame] = [doc.querySelector(".lane > .now"), grid()];
  if (line && frame) frame.scrollTop = line.offsetTop - frame.clientHeight / 3;
}
if (board()) {
  showNow();
  setInterval(look, EVERY);
  doc.addEventListener("visibilitychange", look);
}

// --- keys: one letter presses the link that names it (data-press), s takes the next step of a booking -----------------
// "g" then a letter belongs to page.js: the letter is not ours then.
let waitsForPlace = false;
doc.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog") || singleKeysOff() || opening) return;
  const booking = event.target.closest?.(".booking");
  if (event.key === "s" && booking) {
    const button = booking.closest(".block").querySelector(".act button");
    if (button) { event.preventDefault(); button.click(); }
    return;
  }
  const link = /^[a-z0-9]$/.test(event.key) && doc.querySelector(`[data-press="${CSS.escape(event.key)}"]`);
  if (link && !waitsForPlace) { event.preventDefault(); link.click(); }
  waitsForPlace = event.key === "g";
});

// --- single keys can be turned off, for people who speak to their computer -----------------------------------------
const singleKeysOff = () => localStorage.getItem("single-keys") === "off";
const keySwitch = doc.querySelector("[data-keys-off]");
if (keySwitch) {
  keySwitch.checked = singleKeysOff();
  keySwitch.addEventListener("change", () => localStorage.setItem("single-keys", keySwitch.checked ? "off" : "on"));
}

// --- one click: steps, and pages that open in a box -----------------------------------------------------------------
doc.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-quick]");
  if (!form) return;
  event.preventDefault();
  const fields = new FormData(form, event.submitter);
  let answer;
  try {
    answer = await post(form.action, fields);
  } catch {
    answer = { ok: false, body: { detail: "The network did not answer. Nothing was changed." } };
  }
  tell(answer.ok ? answer.body.said : wordsOf(answer.body), { tone: answer.ok ? "ok" : "bad" });
  const booking = form.closest(".block")?.querySelector(".booking");
  if (form.contains(doc.activeElement)) { if (booking) booking.focus({ preventScroll: true }); else doc.activeElement.blur(); }
  await refresh();
});

/** Show a piece of a page in the box. */
function showBox(fragment) {
  const box = doc.getElementById("box");
  if (fragment !== undefined) {
    doc.getElementById("box-body").innerHTML = fragment;
    htmx.process(doc.getElementById("box-body"));
  }
  box.setAttribute("aria-labelledby", "box-title");
  if (!box.open) box.showModal();
  box.querySelector("[data-focus], input:not([type=hidden]), select, button")?.focus();
}

/** Open a page in a box. One that is in the page already (``first``) opens at once: people type on without waiting. */
async function openBox(address, first) {
  const body = doc.getElementById("box-body");
  opening = true;
  try {
    if (first) {
      body.replaceChildren(doc.getElementById(first).content.cloneNode(true));
      htmx.process(body);
    } else await htmx.ajax("GET", address, { target: body, swap: "innerHTML settle:0ms" });
  } finally {
    opening = false;
  }
  showBox();
}

doc.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-box], a[data-close]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const box = doc.getElementById("box");
  if (!box) return;
  if (link.matches("[data-box]")) { event.preventDefault(); openBox(link.href, link.dataset.first); }
  else if (box.open && box.contains(link)) { event.preventDefault(); box.close(); }
});
doc.addEventListener("close", (event) => { if (event.target.id === "box") look(); }, true);

globalThis.calendar = { tell, post, wordsOf, refresh, openBox, showBox };
