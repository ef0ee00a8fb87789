// What one's words claim, judged by the server while one writes: on leaving a field and after a pause.
// Without this file the same stands there after saving.

const PAUSE = 700;

function fieldsOf(slot) {
  return document.getElementsByName(slot.dataset.beside);
}

/** Join each field to what is said of it, for people who listen. */
function describe(form) {
  for (const slot of form.querySelectorAll("[data-beside]")) {
    for (const field of fieldsOf(slot)) {
      const ids = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
      ids.add(slot.id);
      field.setAttribute("aria-describedby", [...ids].join(" "));
    }
  }
}

/** Leave unfolded what somebody has unfolded, while it is said of the same sentence. */
function keepOpen(slot, found) {
  for (const open of slot.querySelectorAll("details[open]")) {
    const again = found.querySelector(`details[data-more="${CSS.escape(open.dataset.more)}"]`);
    if (again) again.open = true;
  }
}

function start(form) {
  let timer = 0;
  let asking = null;
  let last = "";
  let said = document.querySelector("[data-says]")?.textContent ?? "";

  const words = () => {
    const data = new FormData();
    for (const slot of form.querySelectorAll("[data-beside]")) {
      for (const field of fieldsOf(slot)) data.append(field.name, field.value);
    }
    return data;
  };

  const show = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const found of page.querySelectorAll("[data-beside]")) {
      const slot = form.querySelector(`[data-beside="${CSS.escape(found.dataset.beside)}"]`);
      if (!slot) continue;
      keepOpen(slot, found);
      if (slot.innerHTML !== found.innerHTML) slot.replaceChildren(...found.childNodes);
    }
    const summary = page.querySelector("[data-beside-summary]");
    const slot = document.querySelector("[data-beside-summary]");
    if (summary && slot) slot.replaceChildren(...summary.childNodes);
    const now = slot?.querySelector("[data-says]")?.textContent ?? "";
    if (now !== said) document.dispatchEvent(new CustomEvent("announce", { detail: now }));
    said = now;
  };

  const ask = async () => {
    clearTimeout(timer);
    const data = words();
    const text = JSON.stringify([...data]);
    if (text === last) return;
    last = text;
    asking?.abort();
    asking = new AbortController();
    const mine = asking;
    try {
      const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
      const answer = await fetch(form.dataset.judge, { method: "POST", body: data, signal: mine.signal, headers: { "X-CSRFToken": token }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const html = await answer.text();
      if (mine === asking) show(html);
    } catch (problem) {
      // What was typed is judged again when it is saved.
      if (problem.name !== "AbortError") last = "";
    }
  };

  last = JSON.stringify([...words()]);
  const concerns = (target) => form.querySelector(`[data-beside="${CSS.escape(target.name ?? "")}"]`) !== null;
  form.addEventListener("input", (event) => {
    if (!concerns(event.target)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  form.addEventListener("focusout", (event) => { if (concerns(event.target)) ask(); });
}

for (const form of document.querySelectorAll("form[data-judge]")) {
  describe(form);
  start(form);
}
