// Single keys press the control that names them: data-key="r", data-key="g i", data-key="mod+enter". By letter, so AZERTY works.
// Single keys are silent while typing, and off with <body data-keys="off"> (WCAG 2.1.4). "?" lists the page's own keys.
let typed = [], clock = null;
const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]");
const shown = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;
const labelled = (element) => (element.dataset.label || element.ariaLabel || element.title.split(" · ")[0] || element.innerText).trim();

function scope() {
  return [...document.querySelectorAll("dialog[open]")].pop() || document;
}

function press(sequence) {
  const wanted = scope().querySelectorAll(`[data-key="${CSS.escape(sequence)}"]`);
  const control = [...wanted].reverse().find((element) => shown(element) && !element.disabled);
  if (!control) return false;
  if (control.matches("input:not([type=checkbox]):not([type=submit]), textarea, [contenteditable]")) control.focus();
  else control.click();
  return true;
}

function list() {
  const dialog = document.getElementById("shortcuts");
  const place = dialog?.querySelector("[data-shortcuts]");
  if (!place || dialog.open) return;
  const rows = [...document.querySelectorAll("[data-key]")].filter((element) => shown(element) && element.dataset.chosen !== "").map((element) => {
    const row = document.createElement("div");
    row.append(Object.assign(document.createElement("dt"), { textContent: labelled(element) }), document.createElement("dd"));
    for (const key of (element.dataset.chosen ?? element.dataset.key).replace("mod", "Ctrl").replace("enter", "↵").split(/[ +]/)) {
      row.lastChild.append(Object.assign(document.createElement("kbd"), { textContent: key.length > 1 ? key : key.toUpperCase() }));
    }
    return row;
  });
  place.replaceChildren(...rows);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || event.altKey) return;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if ((event.shiftKey && press(`mod+shift+${key}`)) || press(`mod+${key}`)) event.preventDefault();
    return;
  }
  if (key.length > 1 || typing(event.target) || document.body.dataset.keys === "off") return;
  if (key === "?") return list();
  clearTimeout(clock);
  typed = [...typed, key].slice(-2);
  clock = setTimeout(() => { typed = []; }, 900);
  if ((typed.length > 1 && press(typed.join(" "))) || press(key)) {
    event.preventDefault();
    typed = [];
  }
});
