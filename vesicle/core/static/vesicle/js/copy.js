// A button that copies what stands in an element: <button data-copy="ID" data-copied="Copied" hidden>. Shown only where it works.
for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent);
    document.dispatchEvent(new CustomEvent("announce", { detail: button.dataset.copied }));
    button.textContent = button.dataset.copied;
  });
}
