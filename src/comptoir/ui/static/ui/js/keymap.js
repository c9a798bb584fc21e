// An agent's own keys stand for ours: <body data-keymap='{"e": "y", "h": ""}'>. It listens first, so that nobody else knows.
const chosen = JSON.parse(document.body.dataset.keymap || "{}");
const meanings = Object.fromEntries(Object.entries(chosen).filter(([, mine]) => mine).map(([ours, mine]) => [mine, ours]));
const WRITING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]";
let prefix = -1000; // when "g" or "d" was typed: the letter behind it is not a key of its own

function translate(event) {
  if (!event.isTrusted || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.key.length > 1) return;
  if (document.body.dataset.keys === "off" || event.target.closest?.(WRITING)) return;
  if (event.timeStamp - prefix < 900) {
    prefix = -1000;
    return;
  }
  const meant = meanings[event.key] ?? (event.key in chosen ? "" : event.key);
  if (meant && document.querySelector(`[data-key^="${CSS.escape(meant)} "]`)) prefix = event.timeStamp;
  if (meant === event.key) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (meant) event.target.dispatchEvent(new KeyboardEvent("keydown", { key: meant, shiftKey: /\p{Lu}/u.test(meant), bubbles: true, cancelable: true }));
}

function relabel() {
  for (const control of document.querySelectorAll("[data-key]")) {
    const [first, ...rest] = control.dataset.key.replace(/^shift\+(.)$/, (_, letter) => letter.toUpperCase()).split(" ");
    if (!(first in chosen) || control.dataset.chosen !== undefined) continue;
    control.dataset.chosen = chosen[first] && [chosen[first], ...rest].join(" ");
    const hint = control.dataset.chosen.toUpperCase();
    if (control.title.includes(" · ")) control.title = control.title.replace(/ · [^·]*$/, hint && ` · ${hint}`);
    const caps = control.querySelector(":scope > kbd");
    if (caps) caps.textContent = hint;
  }
}

if (Object.keys(chosen).length) {
  window.addEventListener("keydown", translate, true);
  document.addEventListener("htmx:afterSettle", relabel);
  relabel();
}
