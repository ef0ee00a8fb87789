// A signature drawn with finger, pen or mouse inside [data-signature]. The drawing is kept as SVG path text in the
// hidden field, in a box 600 wide and 220 high. The typed name stays available, and is the only way without a script.

const WIDTH = 600;
const HEIGHT = 220;

function start(root) {
  if (root.dataset.ready !== undefined) return;
  const canvas = root.querySelector("canvas");
  const field = root.querySelector("input[type=hidden]");
  const pen = canvas?.getContext("2d");
  if (!canvas || !field || !pen) return;
  root.dataset.ready = "";

  let strokes = [];
  let stroke = null;

  const scale = () => {
    const box = canvas.getBoundingClientRect();
    const dense = window.devicePixelRatio || 1;
    canvas.width = Math.round(box.width * dense);
    canvas.height = Math.round(box.height * dense);
    draw();
  };
  const draw = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    const x = canvas.width / WIDTH;
    const y = canvas.height / HEIGHT;
    pen.lineWidth = 2.2 * (window.devicePixelRatio || 1);
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#1b2320"; // always ink on paper, in the dark theme too
    for (const points of strokes) {
      pen.beginPath();
      points.forEach(([px, py], index) => (index ? pen.lineTo(px * x, py * y) : pen.moveTo(px * x, py * y)));
      if (points.length === 1) pen.lineTo(points[0][0] * x + 0.1, points[0][1] * y);
      pen.stroke();
    }
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const inside = (value, size) => Math.min(size, Math.max(0, Math.round(value)));
    return [inside(((event.clientX - box.left) / box.width) * WIDTH, WIDTH), inside(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT)];
  };
  const keep = () => {
    field.value = strokes.map((points) => "M" + points.map((point) => point.join(" ")).join("L")).join("");
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    canvas.setPointerCapture(event.pointerId);
    stroke = [place(event)];
    strokes.push(stroke);
    draw();
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    const point = place(event);
    const [x, y] = stroke[stroke.length - 1];
    if (Math.abs(point[0] - x) + Math.abs(point[1] - y) < 2) return;
    stroke.push(point);
    draw();
  });
  const lift = () => { if (stroke) { stroke = null; keep(); } };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  root.querySelector("[data-clear]")?.addEventListener("click", () => { strokes = []; stroke = null; keep(); draw(); });
  new ResizeObserver(scale).observe(canvas);
  scale();
}

document.querySelectorAll("[data-signature]").forEach(start);
document.addEventListener("htmx:load", (event) => {
  event.detail.elt.querySelectorAll?.("[data-signature]").forEach(start);
});
