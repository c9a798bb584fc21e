// Choosing cases in a form[data-chooses]: all or some, with the mouse, x and Shift; what can be done shows once some are.
let last = null;

const boxes = (form) => [...form.querySelectorAll("tbody input[type=checkbox]")];

function draw(form) {
  const all = form.querySelector("[data-choose-all]"), every = boxes(form), chosen = every.filter((box) => box.checked);
  if (!all) return;
  all.checked = chosen.length > 0 && chosen.length === every.length;
  all.indeterminate = chosen.length > 0 && chosen.length < every.length;
  const words = form.querySelector("[data-chosen-words]");
  words.hidden = !chosen.length;
  words.textContent = words.dataset.chosenWords.replace("{n}", chosen.length.toLocaleString(document.documentElement.lang));
  form.querySelector("[data-when-chosen]").hidden = !chosen.length;
  for (const element of form.querySelectorAll("[data-when-none]")) element.hidden = chosen.length > 0;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("form[data-chooses] tbody input[type=checkbox]");
  if (!box) return;
  const every = boxes(box.form);
  if (event.shiftKey && last?.isConnected) {
    const [from, to] = [every.indexOf(last), every.indexOf(box)].sort((a, b) => a - b);
    for (const one of every.slice(Math.max(0, from), to + 1)) one.checked = box.checked;
  }
  last = box;
});

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-chooses]");
  if (!form) return;
  if (event.target.matches("[data-choose-all]")) for (const box of boxes(form)) box.checked = event.target.checked;
  draw(form);
});

// j and k walk over the cases, x chooses the one that has the focus
document.addEventListener("keydown", (event) => {
  const form = document.querySelector("form[data-chooses]");
  const typing = event.target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (!form || typing || event.ctrlKey || event.metaKey || event.altKey || !["j", "k", "x"].includes(event.key)) return;
  const every = boxes(form), here = every.indexOf(document.activeElement);
  if (event.key === "x" && here >= 0) every[here].click();
  else if (event.key !== "x") every[Math.max(0, Math.min(every.length - 1, here + (event.key === "j" ? 1 : -1)))]?.focus();
});

for (const type of ["htmx:afterSettle", "pageshow"]) {
  addEventListener(type, () => { for (const form of document.querySelectorAll("form[data-chooses]")) draw(form); });
}
