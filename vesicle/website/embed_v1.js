// Puts the clinic's pages on another site: <div data-vesicle="booking" data-option="…"></div>. Each stands in a frame, so
// neither site's styles reach the other. The frame says how tall its page is; we listen to our own origin alone, and to the
// very frames made here.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script?.src) return;
  const home = new URL(script.src).origin;
  const KINDS = {
    booking: { path: "/book/", title: { en: "Book a visit", es: "Reservar una visita" } },
    candidacy: { path: "/candidacy/", title: { en: "Find out what may suit you", es: "Averigüe qué le puede convenir" } },
    comparison: { path: "/compare/", title: { en: "Compare treatments", es: "Comparar tratamientos" } },
    treatment: { path: "/treatments/", title: { en: "About this treatment", es: "Sobre este tratamiento" } },
  };
  const language = (place) => (place.dataset.language in KINDS.booking.title ? place.dataset.language : "en");
  const TALLEST = 60000;
  const ONE_TREATMENT = 600; // booking that knows what for asks two or three things
  const frames = new Map();

  // The host's own rules may be anything; what holds a frame in place outranks them.
  const style = (element, rules) => {
    for (const [name, value] of Object.entries(rules)) element.style.setProperty(name, value, "important");
  };

  function address(place, kind) {
    const treatment = place.dataset.treatment ?? "";
    const path = place.dataset.vesicle === "treatment" ? `${kind.path}${encodeURIComponent(treatment)}/` : kind.path;
    const spoken = language(place);
    const found = new URL(`/embed/v1${spoken === "en" ? "" : `/${spoken}`}${path}`, home);
    for (const option of (place.dataset.option ?? "").split(/\s+/)) if (option) found.searchParams.append("option", option);
    return found.href;
  }

  // What is kept free until the page says how tall it is. All but one are taller than a screen: with a screen kept free,
  // what stands below the frame is out of sight and does not jump.
  function atFirst(place) {
    if (Number(place.dataset.height)) return Number(place.dataset.height);
    if (place.dataset.vesicle === "booking" && place.dataset.option) return ONE_TREATMENT;
    return Math.max(innerHeight, ONE_TREATMENT);
  }

  function put(place) {
    const kind = KINDS[place.dataset.vesicle];
    if (!kind || place.dataset.vesicleReady !== undefined) return;
    place.dataset.vesicleReady = "";
    const frame = document.createElement("iframe");
    frame.title = place.dataset.title || kind.title[language(place)];
    frame.loading = "lazy";
    frame.lang = language(place);
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    style(place, { display: "block", "min-height": "0" });
    style(frame, { display: "block", width: "100%", height: `${atFirst(place)}px`, border: "0", "color-scheme": "auto" });
    frame.addEventListener("load", () => frame.contentWindow?.postMessage({ vesicle: "hello" }, home));
    frame.src = address(place, kind);
    place.replaceChildren(frame);
    frames.set(frame.contentWindow, { frame, page: "" });
  }

  addEventListener("message", (event) => {
    if (event.origin !== home || event.data === null || typeof event.data !== "object") return;
    const known = frames.get(event.source);
    if (!known) return;
    const { vesicle, height, page } = event.data;
    if (vesicle !== "height" || !Number.isFinite(height)) return;
    style(known.frame, { height: `${Math.min(Math.max(Math.ceil(height), 120), TALLEST)}px` });
    if (typeof page !== "string" || page === known.page) return;
    const isNextStep = known.page !== "";
    known.page = page;
    // A new step begins at its top; whoever sees the top already is not moved.
    if (isNextStep && known.frame.getBoundingClientRect().top < 0) known.frame.scrollIntoView({ block: "start" });
  });

  const start = () => document.querySelectorAll("[data-vesicle]").forEach(put);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
