// Two photographs of one view on top of each other, with a slider that uncovers the later one. Without this script they
// stand side by side, as they do on paper. Both are cut to the same frame by the style sheet, so the zoom is the same.

for (const [index, pair] of document.querySelectorAll("[data-compare]").entries()) {
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = "0";
  slider.max = "100";
  slider.value = "50";
  slider.id = `compare-${index}`;
  const label = document.createElement("label");
  label.htmlFor = slider.id;
  label.textContent = pair.dataset.compare;
  const cut = () => pair.style.setProperty("--cut", `${slider.value}%`);
  slider.addEventListener("input", cut);
  pair.classList.add("compare");
  pair.append(label, slider);
  cut();
}
