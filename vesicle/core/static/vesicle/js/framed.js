// In a frame on the clinic's own site: tells the page around it how tall we are. It speaks only to a site that the clinic
// has listed, and only after that site has spoken first. Without it the frame scrolls.

const listed = new Set((document.querySelector('meta[name="frame-origins"]')?.content ?? "").split(" ").filter(Boolean));
const page = String(performance.timeOrigin); // another page, another number
let host = "";
let told = 0;

function tell() {
  if (!host) return;
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  if (height === told) return;
  told = height;
  parent.postMessage({ vesicle: "height", height, page }, host);
}

addEventListener("message", (event) => {
  if (event.source !== parent || event.data?.vesicle !== "hello") return;
  if (event.origin !== location.origin && !listed.has(event.origin)) return;
  host = event.origin;
  told = 0;
  tell();
});

if (parent !== window) new ResizeObserver(tell).observe(document.body);
