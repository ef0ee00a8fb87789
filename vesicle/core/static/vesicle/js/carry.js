// Moving a booking on the calendar: by pointer, or by keys with every place announced; and marking empty ground to block it.
// The picture changes at once, the server decides, and what it refuses goes back with the reason. Positions are classes (.s12
// is the twelfth row), so the content policy stays strict. It builds on board.js, which runs before it.

const doc = document;
const LONG_PRESS = 350;
const ROW = 5;
const grid = () => doc.querySelector(".day");
let carrying = null; // a booking on the move, by pointer or by keys
let selecting = null; // a stretch being marked on empty ground
let asking = null; // where a booking was put, until it is said at whose wish

const { tell, post, wordsOf, refresh, openBox, showBox } = globalThis.calendar;
const announce = (words) => doc.dispatchEvent(new CustomEvent("announce", { detail: words }));

// --- words and times -------------------------------------------------------------------------------------
const firstMinute = () => Number(grid().dataset.first);
const clockOf = (row) => {
  const minutes = firstMinute() + row * ROW;
  return `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
};
const spoken = (row) => {
  const [hour, minute] = clockOf(row).split(":");
  return `${Number(hour) % 12 || 12}:${minute} ${Number(hour) < 12 ? "AM" : "PM"}`;
};
const placeOf = (element, letter) => {
  const found = [...element.classList].find((name) => new RegExp(`^${letter}\\d+$`).test(name));
  return found ? Number(found.slice(1)) : 0;
};
const putAt = (element, row) => {
  for (const name of [...element.classList]) if (/^s\d+$/.test(name)) element.classList.remove(name);
  element.classList.add(`s${Math.max(0, Math.min(191, row))}`);
};
const inLane = (element, name) => {
  for (const one of [...element.classList]) if (/^c\d+$/.test(one)) element.classList.remove(one);
  element.classList.add(name);
};
const rowsOf = (lane) => Math.round(lane.closest(".day").querySelector(".hours").children.length * 12);

// --- moving: shared by pointer and keys ------------------------------------------------------------------------
function pickUp(block) {
  const lane = block.closest(".lane");
  const parts = [...lane.querySelectorAll(`[data-of="${block.dataset.of}"]`)];
  const row = placeOf(block, "s");
  carrying = {
    block, parts, lane, row,
    from: { lane, row, rows: parts.map((part) => placeOf(part, "s")), among: `c${placeOf(block, "c")}` },
    lead: Number(block.dataset.lead),
    length: placeOf(block, "l"),
  };
  for (const part of parts) part.classList.add("carried");
  carrying.along = partnersOf(block);
  for (const partner of carrying.along) partner.classList.add("along");
  return carrying;
}

/** The blocks of the other parts of the same visit, which go along. */
function partnersOf(block) {
  const { visit, appointment } = block.dataset;
  const all = visit ? [...grid().querySelectorAll(`.block[data-visit="${CSS.escape(visit)}"]`)] : [];
  return all.filter((one) => one.dataset.appointment !== appointment && one.querySelector("[data-movable]"));
}

/** Snap so that the patient's own start, not the start of this part of it, lies on the clinic's grid. */
function snapped(row, { lead, length, lane }) {
  const step = Number(grid().dataset.step);
  const start = Math.round((row - lead) / step) * step;
  const least = Math.ceil(Math.max(0, -lead) / step) * step;
  return Math.max(least + lead, Math.min(start + lead, rowsOf(lane) - length));
}

function carryTo(lane, row) {
  const moved = carrying;
  const by = row - moved.from.row;
  if (lane !== moved.lane) for (const part of moved.parts) lane.append(part);
  moved.parts.forEach((part, index) => {
    putAt(part, moved.from.rows[index] + by);
    inLane(part, lane === moved.from.lane ? moved.from.among : "c1");
  });
  doc.querySelector(".lane.target")?.classList.remove("target");
  lane.classList.add("target");
  moved.lane = lane;
  moved.row = row;
  const time = moved.block.querySelector("b > span");
  moved.before ??= time.textContent;
  time.textContent = spoken(row);
}

function letGo(back) {
  const moved = carrying;
  carrying = null;
  doc.querySelector(".lane.target")?.classList.remove("target");
  for (const part of moved.parts) part.classList.remove("carried", "saving");
  for (const partner of moved.along) partner.classList.remove("along");
  if (back) {
    moved.parts.forEach((part, index) => {
      putAt(part, moved.from.rows[index]);
      inLane(part, moved.from.among);
      if (part.parentNode !== moved.from.lane) moved.from.lane.append(part);
    });
    if (moved.before) moved.block.querySelector("b > span").textContent = moved.before;
  }
  return moved;
}

const fieldsFor = (moved) => ({
  day: moved.lane.dataset.day,
  time: clockOf(moved.row - moved.lead),
  resource: moved.lane.dataset.resource,
});

async function put() {
  const moved = carrying;
  if (moved.lane === moved.from.lane && moved.row === moved.from.row) return letGo(true);
  const id = moved.block.dataset.appointment;
  for (const part of moved.parts) part.classList.add("saving");
  await ask(id, fieldsFor(moved), moved);
}

/** Show what a move changes and costs, and ask at whose wish it is. What cannot be had is refused before that. */
async function ask(id, fields, moved) {
  const [path, question] = grid().dataset.ask.replace("/0/", `/${id}/`).split("?");
  const all = new URLSearchParams(question);
  for (const [name, value] of Object.entries(fields)) all.set(name, value);
  let refused = { detail: "The network did not answer. Nothing was moved." };
  try {
    const answer = await fetch(`${path}?${all}`, { headers: { Accept: "application/json" } });
    const kind = answer.headers.get("Content-Type") ?? "";
    if (answer.ok && !answer.redirected && kind.includes("html")) {
      asking = { id, moved };
      return showBox(await answer.text());
    }
    refused = kind.includes("json") ? await answer.json() : { detail: "That did not work. Load the page again." };
  } catch {
    // The network is gone; the words for it are there already.
  }
  if (moved && carrying === moved) letGo(true);
  refuse(id, fields, refused, ask);
  if (moved) focusOn(moved);
}

/** Say why it stays where it is, and offer whoever could do it then. */
function refuse(id, fields, problem, again) {
  const acts = (problem.free ?? []).map((one) => ({ words: `Move to ${one.name}`, run: () => again(id, { ...fields, provider: one.id }) }));
  tell(wordsOf(problem), { tone: "bad", acts });
}
const focusOn = (moved) => doc.getElementById(moved.block.querySelector(".booking").id)?.focus({ preventScroll: true });

doc.addEventListener("submit", (event) => {
  const form = event.target.closest("#box form[data-move]");
  if (!form || !asking) return;
  event.preventDefault();
  const { id, moved } = asking;
  const fields = Object.fromEntries(new FormData(form, event.submitter));
  asking = null;
  doc.getElementById("box").close();
  send(id, fields, moved);
});
// Closed without an answer: back to where it was.
doc.addEventListener("close", (event) => {
  if (event.target.id !== "box" || !asking) return;
  const { moved } = asking;
  asking = null;
  if (moved && carrying === moved) { letGo(true); focusOn(moved); }
  announce("Taken back. Nothing was moved.");
}, true);

/** Ask the server to move a booking; the picture was changed already, and is put back when it is refused. */
async function send(id, fields, moved) {
  const address = grid().dataset.move.replace("/0/", `/${id}/`);
  let answer;
  try {
    answer = await post(address, fields);
  } catch {
    answer = { ok: false, body: { detail: "The network did not answer. Nothing was moved." } };
  }
  if (moved && carrying === moved) letGo(!answer.ok);
  if (answer.ok) {
    const undo = answer.body.undo;
    tell(answer.body.said, fields.takes_back || !undo ? {} : { acts: [{ words: "Undo", run: () => send(id, undo) }] });
    await refresh();
  } else {
    refuse(id, fields, answer.body, send);
    if (!moved) await refresh();
  }
  if (moved) focusOn(moved);
}

// --- by keys: m picks up, arrows carry, Enter puts down, Escape takes back ------------------------------------------
function carryByKey(key) {
  const { lane, row } = carrying;
  const step = Number(grid().dataset.step);
  const lanes = [...grid().querySelectorAll(".lane")];
  const steps = { ArrowUp: -step, ArrowDown: step, PageUp: -12, PageDown: 12 };
  let target = lane;
  let next = row;
  if (key in steps) next = snapped(row + steps[key], carrying);
  else target = lanes[lanes.indexOf(lane) + (key === "ArrowRight" ? 1 : -1)] ?? lane;
  const link = carrying.block.querySelector(".booking");
  carryTo(target, next);
  link.focus({ preventScroll: true });
  carrying.block.scrollIntoView({ block: "nearest", inline: "nearest" });
  const taken = [...target.querySelectorAll(".block:not(.carried)")].find((other) => {
    const low = placeOf(other, "s");
    return low < next + carrying.length && next < low + placeOf(other, "l");
  });
  const name = taken?.dataset.name;
  announce(`${spoken(next)}, ${target.dataset.title}${name ? `, ${name} is there` : ""}`);
}

doc.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (carrying && carrying.pointer === undefined) {
    if (carrying.block.classList.contains("saving")) return;
    const known = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown"].includes(event.key);
    if (known) carryByKey(event.key);
    else if (event.key === "Enter" || event.key === " ") put();
    else if (event.key === "Escape" || event.key === "Tab") {
      const link = letGo(true).block.querySelector(".booking");
      link.focus({ preventScroll: true });
      announce("Taken back. Nothing was moved.");
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (carrying && event.key === "Escape" && !carrying.block.classList.contains("saving")) { letGo(true); event.preventDefault(); return; }
  if (selecting && event.key === "Escape") { selecting.mark.remove(); selecting = null; return; }
  const booking = event.target.closest?.(".booking");
  if (event.key !== "m" || !booking || localStorage.getItem("single-keys") === "off") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!booking.matches("[data-movable]")) return announce("This booking cannot be moved any more.");
  const moved = pickUp(booking.closest(".block"));
  announce(`${moved.block.dataset.name}, ${spoken(moved.row)}, ${moved.lane.dataset.title}. ${moved.along.length ? "The other parts of the visit go along. " : ""}Arrows move it, Enter puts it down, Escape takes it back.`);
}, true);

// --- by pointer: a mouse drags at once, a finger after a long press, so that scrolling stays -------------------------
let press = null;
let justDragged = false;

const laneAt = (x, y) => doc.elementsFromPoint(x, y).find((one) => one.matches(".lane")) ??
  [...doc.querySelectorAll(".day .lane")].find((lane) => { const box = lane.getBoundingClientRect(); return x >= box.left && x < box.right; });
const rowAt = (lane, y) => Math.floor((y - lane.getBoundingClientRect().top) / (lane.getBoundingClientRect().height / rowsOf(lane)));
const isList = () => getComputedStyle(grid()).display !== "grid";

doc.addEventListener("pointerdown", (event) => {
  if (event.button || carrying || !grid() || isList()) return;
  const booking = event.target.closest(".booking[data-movable]");
  const lane = event.target.closest(".lane");
  if (booking) {
    const block = booking.closest(".block");
    press = { block, x: event.clientX, y: event.clientY, grab: rowAt(lane, event.clientY) - placeOf(block, "s"), id: event.pointerId, touch: event.pointerType === "touch" };
    if (press.touch) press.timer = setTimeout(() => { if (press) startDrag(); }, LONG_PRESS);
  } else if (lane && event.pointerType !== "touch" && !event.target.closest(".block, .shut button") && lane.dataset.resource) {
    const row = rowAt(lane, event.clientY);
    selecting = { lane, from: row, to: row, y: event.clientY, mark: null };
  }
});

function startDrag() {
  const { block, grab, id } = press;
  pickUp(block);
  carrying.pointer = id;
  carrying.grab = grab;
  press = null;
}

doc.addEventListener("pointermove", (event) => {
  if (press) {
    const far = Math.hypot(event.clientX - press.x, event.clientY - press.y) > 6;
    if (far && press.touch) { clearTimeout(press.timer); press = null; }
    else if (far) startDrag();
  }
  if (carrying && carrying.pointer === event.pointerId && !carrying.block.classList.contains("saving")) {
    event.preventDefault();
    const lane = laneAt(event.clientX, event.clientY) ?? carrying.lane;
    carryTo(lane, snapped(rowAt(lane, event.clientY) - carrying.grab, { ...carrying, lane }));
    scrollAtEdges(event);
  }
  if (selecting) mark(rowAt(selecting.lane, event.clientY), event.clientY);
});

function scrollAtEdges(event) {
  const box = grid().getBoundingClientRect();
  const near = 40;
  const down = event.clientY > box.bottom - near ? 14 : event.clientY < box.top + near + 48 ? -14 : 0;
  const across = event.clientX > box.right - near ? 14 : event.clientX < box.left + near + 48 ? -14 : 0;
  if (down || across) grid().scrollBy(across, down);
}

doc.addEventListener("touchmove", (event) => { if (carrying?.pointer !== undefined) event.preventDefault(); }, { passive: false });

doc.addEventListener("pointerup", (event) => {
  clearTimeout(press?.timer);
  press = null;
  if (carrying && carrying.pointer === event.pointerId && !carrying.block.classList.contains("saving")) {
    justDragged = true;
    setTimeout(() => { justDragged = false; }, 50);
    put();
  }
  if (selecting) endMark();
});
// A finger that rests on a link would open the menu of the link instead.
doc.addEventListener("contextmenu", (event) => { if (press?.touch || (carrying && !asking)) event.preventDefault(); });
doc.addEventListener("pointercancel", () => {
  clearTimeout(press?.timer);
  press = null;
  if (carrying?.pointer !== undefined && !carrying.block.classList.contains("saving")) letGo(true);
  selecting?.mark?.remove();
  selecting = null;
});
doc.addEventListener("click", (event) => { if (justDragged && event.target.closest(".booking")) { event.preventDefault(); event.stopPropagation(); } }, true);

// --- marking a stretch of empty ground blocks it -------------------------------------------------------------------
function mark(row, y) {
  if (!selecting.mark && Math.abs(y - selecting.y) < 6) return;
  selecting.mark ??= selecting.lane.appendChild(Object.assign(doc.createElement("li"), { className: "selecting" }));
  selecting.to = row;
  const [low, high] = [Math.min(selecting.from, row), Math.max(selecting.from, row) + 1];
  selecting.mark.className = `selecting s${Math.max(0, low)} l${Math.min(96, high - low)}`;
  selecting.mark.textContent = `Block ${spoken(low)} to ${spoken(high)}`;
}

function endMark() {
  const { lane, from, to, mark: shown } = selecting;
  selecting = null;
  if (!shown) return;
  const [low, high] = [Math.max(0, Math.min(from, to)), Math.max(from, to) + 1];
  shown.remove();
  const asked = new URLSearchParams({ resource: lane.dataset.resource, date: lane.dataset.day, start: clockOf(low), end: clockOf(high) });
  const [path, question] = grid().dataset.block.split("?");
  const all = new URLSearchParams(question);
  for (const [name, value] of asked) all.set(name, value);
  openBox(`${path}?${all}`);
}

