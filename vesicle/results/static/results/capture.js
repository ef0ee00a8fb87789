// The guided camera. The page works without this file: the photograph is then chosen as a file. With a camera, small frames
// go to the server, which answers in sentences what is wrong; the shutter opens when nothing is. What is taken is put into
// the form's own file field, so one form and one check on the server serve both ways. Nothing is loaded or kept elsewhere.

const doc = document;
const EVERY = 350; // pause between an answer and the next frame
const FRAME = 800; // longest side of a frame
const form = doc.querySelector("[data-capture]");
const part = (name) => form.querySelector(`[data-${name}]`);
const word = (name) => form.querySelector(`[data-word="${name}"]`).textContent;
const show = (element, is = true) => { if (element) element.hidden = !is; };

const video = form && part("video");
const still = form && part("still");
const file = form?.querySelector('input[type="file"]');
const because = form?.querySelector('[name="because"]');
let stream = null;
let facing = "environment";
let passes = false;
let goodInARow = 0;
let onItsWay = null; // the frame that is being looked at; a second one would be turned away
let looking = 0; // which run of looking is the current one: an older one ends by itself
let taking = null; // the photograph on its way from the camera into the form
let sending = false;

// --- words ---------------------------------------------------------------------------------------------
let said = "";
function say(sentences, tone = "") {
  const text = sentences.join("\n");
  if (text === said) return;
  said = text;
  const hints = part("hints");
  hints.className = `hints ${tone}`;
  hints.replaceChildren(...sentences.map((sentence) => {
    const line = doc.createElement("p");
    line.textContent = sentence;
    return line;
  }));
  if (part("aloud").checked && sentences.length) {
    speechSynthesis.cancel();
    const spoken = new SpeechSynthesisUtterance(sentences[0]);
    spoken.lang = doc.documentElement.lang;
    speechSynthesis.speak(spoken);
  }
}

function problems(sentences) {
  const box = part("problems");
  box.querySelector("ul").replaceChildren(...sentences.map((sentence) => {
    const line = doc.createElement("li");
    line.textContent = sentence;
    return line;
  }));
  show(box, sentences.length > 0);
  if (sentences.length) box.focus();
}

// --- camera --------------------------------------------------------------------------------------------
async function start() {
  problems([]);
  stop();
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: facing }, width: { ideal: 4096 }, height: { ideal: 3072 } },
    });
  } catch (error) {
    const why = { NotAllowedError: "denied", SecurityError: "denied", NotReadableError: "busy", AbortError: "busy" };
    say([word(why[error.name] ?? "none")], "bad");
    show(part("start"));
    return;
  }
  video.srcObject = stream;
  await video.play();
  part("stage").style.aspectRatio = `${video.videoWidth} / ${video.videoHeight}`;
  part("stage").classList.add("on");
  part("stage").classList.toggle("lying", video.videoWidth > video.videoHeight);
  show(part("start"), false);
  retake();
  ghost();
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
  show(part("turn"), cameras.length > 1);
  stream.getVideoTracks()[0].addEventListener("ended", () => { stop(); show(part("start")); say([word("none")], "bad"); });
}

function stop() {
  looking += 1;
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
}

function ghost() {
  const image = part("ghost");
  if (!image) return;
  if (!image.src) image.src = part("before").src;
  image.style.opacity = part("opacity").value / 100;
  show(image);
}

/** Copy what the camera sees now onto a canvas whose longest side is at most `longest`. */
function drawn(canvas, longest = Infinity) {
  const scale = Math.min(1, longest / Math.max(video.videoWidth, video.videoHeight));
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas;
}
const blobOf = (canvas, quality) => new Promise((done) => { canvas.toBlob(done, "image/jpeg", quality); });
const pause = (time) => new Promise((done) => { setTimeout(done, time); });

// --- looking: one frame at a time, the next after the answer -----------------------------------------------
async function look() {
  const mine = (looking += 1);
  const small = doc.createElement("canvas");
  say([word("looking")]);
  while (stream && mine === looking) {
    if (doc.hidden) { await pause(1000); continue; }
    let wait = EVERY;
    try {
      const body = new FormData();
      body.append("frame", await blobOf(drawn(small, FRAME), 0.9), "frame.jpg");
      body.append("width", String(video.videoWidth));
      await onItsWay?.catch(() => null);
      if (mine !== looking) return;
      onItsWay = send(form.dataset.look, body);
      const answer = await onItsWay;
      if (mine !== looking) return;
      if (answer.status === 429) wait = 3000;
      if (answer.ok) heard(await answer.json());
      else if (answer.status !== 429) { refuse([(await answer.json()).detail]); wait = 5000; }
    } catch {
      if (mine !== looking) return;
      refuse([word("guideless")]);
      wait = 3000;
    }
    await pause(wait);
  }
}

const send = (address, body) => fetch(address, {
  method: "POST",
  headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
  body,
});

function heard({ passes: is, says, hints }) {
  passes = is;
  goodInARow = is ? goodInARow + 1 : 0;
  say(is ? [word("ready"), ...hints] : says.slice(0, 3), is ? "ok" : "warn");
  shutter();
  if (goodInARow >= 2 && part("auto").checked) take();
}

function refuse(sentences) {
  passes = false;
  goodInARow = 0;
  say(sentences, "bad");
  shutter();
}

/** The shutter is open when nothing is wrong; staff may also write why a photograph is kept that cannot be measured. */
function shutter() {
  part("shutter").disabled = !stream || !still.hidden || !(passes || because?.value.trim());
}

// --- taking --------------------------------------------------------------------------------------------
function take() {
  taking ??= expose().finally(() => { taking = null; });
}

async function expose() {
  if (!stream || !still.hidden) return;
  looking += 1;
  const picture = (await photograph()) ?? (await blobOf(drawn(doc.createElement("canvas")), 0.98));
  const chosen = new DataTransfer();
  chosen.items.add(new File([picture], "photograph.jpg", { type: picture.type || "image/jpeg" }));
  file.files = chosen.files;
  drawn(still, 1600);
  show(still);
  show(part("retake"));
  shutter();
  say([word("taken")], "ok");
  form.querySelector('.actions [type="submit"]').focus();
}

/** The camera's own photograph, which has more pixels than its film; null where the browser cannot take one. */
async function photograph() {
  if (!("ImageCapture" in window)) return null;
  try {
    return await new ImageCapture(stream.getVideoTracks()[0]).takePhoto();
  } catch {
    return null;
  }
}

function retake() {
  show(still, false);
  show(part("retake"), false);
  file.value = "";
  passes = false;
  goodInARow = 0;
  shutter();
  look();
}

// --- sending: the photograph stays in the form until the server has it ---------------------------------------
async function submit(event) {
  event.preventDefault();
  if (sending) return;
  sending = true;
  await taking;
  if (file.files[0]?.size > Number(form.dataset.most)) {
    sending = false;
    return problems([word("large")]);
  }
  form.setAttribute("aria-busy", "true");
  say([word("sending")]);
  try {
    const answer = await send(form.action || location.href, new FormData(form));
    const body = await answer.json();
    if (answer.ok) { stop(); location.assign(body.next); return; }
    problems(body.problems ? Object.values(body.problems).flat() : [body.detail ?? word("failed")]);
  } catch {
    problems([word(navigator.onLine ? "failed" : "offline")]);
  }
  sending = false;
  form.removeAttribute("aria-busy");
  say([still.hidden ? word(stream ? "looking" : "off") : word("taken")]);
}

if (form) {
  form.addEventListener("submit", submit);
  because?.addEventListener("input", shutter);
  if (navigator.mediaDevices?.getUserMedia) {
    show(part("camera"));
    part("start").addEventListener("click", start);
    part("shutter").addEventListener("click", take);
    part("retake").addEventListener("click", retake);
    part("turn").addEventListener("click", () => { facing = facing === "user" ? "environment" : "user"; start(); });
    part("opacity")?.addEventListener("input", ghost);
    show(part("aloud-row"), "speechSynthesis" in window);
    addEventListener("pagehide", stop);
  }
}
