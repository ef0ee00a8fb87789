// Small conveniences for patient and staff pages. Everything works without this file; it only saves steps.

const doc = document;
doc.documentElement.dataset.js = "";

/** Say something to people who listen instead of look. */
export function announce(text) {
  const region = doc.getElementById("announcer");
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = text; });
}

doc.addEventListener("announce", (event) => announce(event.detail));

// --- buttons: print, dialog, theme -------------------------------------------------------------
doc.addEventListener("click", (event) => {
  const target = event.target.closest("[data-print], [data-dialog], [data-theme-set]");
  if (!target) return;
  if (target.matches("[data-print]")) window.print();
  if (target.dataset.dialog) {
    const dialog = doc.getElementById(target.dataset.dialog);
    if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
  }
  if (target.dataset.themeSet !== undefined) setTheme(target.dataset.themeSet);
});

/** Keep "dark", "light" or "" (as the system) for a year; the server writes it into the page. */
function setTheme(theme) {
  const age = theme ? 31536000 : 0;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  doc.cookie = `theme=${theme}; path=/; max-age=${age}; SameSite=Lax${secure}`;
  if (theme) doc.documentElement.dataset.theme = theme; else delete doc.documentElement.dataset.theme;
}

// --- a slot is held for some minutes: <time data-hold-expires="2026-12-01T10:05:00Z"> -------------
function startHold(element) {
  const ends = Date.parse(element.dataset.holdExpires);
  if (Number.isNaN(ends)) return;
  let lastSaid = Infinity;
  const show = () => {
    if (!element.isConnected) return clearInterval(timer);
    const left = Math.max(0, Math.round((ends - Date.now()) / 1000));
    element.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    for (const mark of [60, 120, 300]) {
      if (left <= mark && lastSaid > mark) { if (lastSaid !== Infinity) announce(`${element.dataset.holdLeft} ${mark / 60}`); break; }
    }
    lastSaid = left;
    if (left === 0) {
      clearInterval(timer);
      announce(element.dataset.holdOver);
      element.dispatchEvent(new CustomEvent("hold-expired", { bubbles: true })); // hx-trigger="hold-expired" asks the server
    }
  };
  const timer = setInterval(show, 1000);
  show();
}

// --- pictures chosen are shown before they are sent: <input type="file" data-preview="ID of an img"> -----
doc.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || !input.dataset.preview || !input.files?.[0]) return;
  const image = doc.getElementById(input.dataset.preview);
  if (!image) return;
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(input.files[0]);
  image.hidden = false;
});

// --- keys: "/" to the search field, "g" then a letter to a place, "?" for the list ----------------------
let waitingForPlace = false;
doc.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (waitingForPlace) {
    waitingForPlace = false;
    const link = doc.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (link) { event.preventDefault(); link.click(); }
    return;
  }
  if (event.key === "g") { waitingForPlace = true; setTimeout(() => { waitingForPlace = false; }, 1500); return; }
  if (event.key === "?") { const keys = doc.getElementById("keys"); if (keys?.showModal) { event.preventDefault(); keys.showModal(); } return; }
  const field = doc.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (field) { event.preventDefault(); field.focus(); field.select?.(); }
});

// --- the day: arrow keys go from booking to booking, within a lane and across lanes ---------------------
doc.addEventListener("keydown", (event) => {
  const here = event.target.closest?.(".booking");
  if (!here || !["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const lanes = [...here.closest(".day").querySelectorAll(".lane")];
  const lane = lanes.indexOf(here.closest(".lane"));
  const inLane = (index) => [...(lanes[index]?.querySelectorAll("a.booking") ?? [])];
  let next;
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const list = inLane(lane);
    next = list[list.indexOf(here) + (event.key === "ArrowDown" ? 1 : -1)];
  } else {
    const step = event.key === "ArrowRight" ? 1 : -1;
    const top = here.getBoundingClientRect().top;
    for (let index = lane + step; index >= 0 && index < lanes.length && !next; index += step) {
      next = inLane(index).sort((a, b) => Math.abs(a.getBoundingClientRect().top - top) - Math.abs(b.getBoundingClientRect().top - top))[0];
    }
  }
  if (next) { event.preventDefault(); next.focus(); next.scrollIntoView({ block: "nearest", inline: "nearest" }); }
});

// --- after load and after each htmx swap ----------------------------------------------------------------
function prepare(root) {
  root.querySelectorAll("[data-hold-expires]").forEach(startHold);
  root.querySelector("[data-focus]")?.focus();
}
prepare(doc);
doc.addEventListener("htmx:load", (event) => { if (event.detail.elt !== doc.body) prepare(event.detail.elt); });
doc.addEventListener("htmx:responseError", () => announce(doc.getElementById("announcer")?.dataset.trouble ?? "That did not work. Please try again."));
