// Scanning a product at the visit. A hand scanner types the code and presses Enter: that needs no script, but this one
// keeps the separators of a GS1 code and stops the form from being sent by Enter in the wrong field. A button
// [data-scan-camera] inside [data-scan] opens the camera where the browser can read codes by itself.

const SEPARATOR = "\u001d"; // between the parts of a GS1 code; scanners send it as a control key

function start(root) {
  const field = root.querySelector("input");
  const button = root.querySelector("[data-scan-camera]");
  const video = root.querySelector("video");
  if (!field) return;

  field.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "]") {
      event.preventDefault();
      field.setRangeText(SEPARATOR, field.selectionStart, field.selectionEnd, "end");
    }
  });

  if (!button || !video || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  button.hidden = false;
  let stream = null;
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
  };
  button.addEventListener("click", async () => {
    if (stream) return stop();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      button.hidden = true; // no camera, or not allowed: the field is still there
      return;
    }
    video.hidden = false;
    video.srcObject = stream;
    await video.play();
    const wanted = ["data_matrix", "code_128", "qr_code", "ean_13"];
    const known = await window.BarcodeDetector.getSupportedFormats();
    const detector = new window.BarcodeDetector({ formats: wanted.filter((format) => known.includes(format)) });
    const look = async () => {
      if (!stream) return;
      const found = await detector.detect(video).catch(() => []);
      if (found.length) {
        stop();
        field.value = found[0].rawValue;
        field.dispatchEvent(new Event("change", { bubbles: true }));
        field.form?.requestSubmit();
      } else {
        setTimeout(look, 120);
      }
    };
    look();
  });
}

document.querySelectorAll("[data-scan]").forEach(start);
document.addEventListener("htmx:load", (event) => event.detail.elt.querySelectorAll?.("[data-scan]").forEach(start));
