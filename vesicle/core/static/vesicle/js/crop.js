// Draws the chosen part over a picture and lets a pointer draw another one. The four number fields of the same form are
// what counts; they work alone without this script, and with keys.

const SVG = "http://www.w3.org/2000/svg";
const LEAST = 10;

function shape(parent, name, kind) {
  const made = document.createElementNS(SVG, name);
  if (kind) made.setAttribute("class", kind);
  parent.append(made);
  return made;
}

function bounded(value, low, high) {
  return Math.min(high, Math.max(low, Math.round(value)));
}

for (const figure of document.querySelectorAll("[data-crop]")) {
  const around = figure.closest("[data-crop-fields]") ?? figure.closest("form");
  const field = (name) => around.querySelector(`input[name$="${name}"][type="number"]`);
  const numbers = ["left", "top", "width", "height"].map(field);
  if (numbers.some((one) => one === null)) continue;
  const parts = [...around.querySelectorAll('input[name$="part"]')];

  // Parts with a name, as [left, top, width, height], where the page knows any.
  const named = JSON.parse(figure.dataset.parts ?? "{}");

  const svg = shape(figure, "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const shade = shape(svg, "path", "shade");
  const frame = shape(svg, "rect", "frame");

  function draw() {
    const [left, top, width, height] = numbers.map((one) => Number(one.value) || 0);
    shade.setAttribute("d", `M0 0H100V100H0ZM${left} ${top}v${height}h${width}v${-height}Z`);
    for (const [name, value] of Object.entries({ x: left, y: top, width, height })) frame.setAttribute(name, value);
  }

  function set(values) {
    numbers.forEach((one, index) => { one.value = values[index]; });
    draw();
  }

  function own() {
    const custom = parts.find((one) => one.value === "own");
    if (custom) custom.checked = true;
  }

  function place(event) {
    const box = svg.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * 100, (event.clientY - box.top) / box.height * 100];
  }

  let start = null;
  svg.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    start = place(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (start === null) return;
    const now = place(event);
    const [left, top] = [0, 1].map((axis) => bounded(Math.min(start[axis], now[axis]), 0, 100 - LEAST));
    const [width, height] = [0, 1].map((axis) =>
      bounded(Math.abs(now[axis] - start[axis]), LEAST, 100 - [left, top][axis]));
    own();
    set([left, top, width, height]);
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { start = null; });
  for (const one of numbers) one.addEventListener("input", () => { own(); draw(); });
  for (const one of parts) {
    one.addEventListener("change", () => { if (one.checked && named[one.value]) set(named[one.value]); });
  }
  draw();
}
