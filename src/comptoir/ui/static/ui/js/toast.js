// Short words at the bottom, said by screen readers. The server sends them as
// HX-Trigger: {"toast": {"text": "Envoi à Hugo", "undo": "/outgoing/12/undo/", "seconds": 5}}; "z" presses the newest undo.
const region = document.getElementById("toasts");
const words = document.getElementById("words")?.dataset ?? {};
const ring = () => document.getElementById("toast-ring")?.content.cloneNode(true) ?? "";

function button(text, key) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: `${text} ` });
  if (key) {
    made.dataset.key = key;
    made.append(Object.assign(document.createElement("kbd"), { textContent: key.toUpperCase() }));
  }
  return made;
}

function expire(toast, seconds) {
  if (!seconds) return;
  const arc = toast.querySelector(".v"), ends = performance.now() + seconds * 1000;
  const clock = setInterval(() => {
    const left = ends - performance.now();
    arc?.setAttribute("stroke-dasharray", `${Math.max(0, left / seconds / 10)} 100`);
    const kept = !arc && toast.matches(":hover, :focus-within"); // an undo follows the server's clock, words may be held
    if ((left <= 0 && !kept) || !toast.isConnected) { clearInterval(clock); toast.remove(); }
  }, 200);
}

function show({ text, bad, undo, label, seconds = 6, replace, target }) {
  if (replace) region.querySelector(`[data-about="${replace}"]`)?.remove();
  const toast = Object.assign(document.createElement("div"), { className: bad ? "toast bad" : "toast" });
  if (replace) toast.dataset.about = replace;
  if (undo) toast.append(ring());
  toast.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (undo) {
    const back = button(label || words.undo, "z");
    back.addEventListener("click", () => {
      toast.remove();
      window.htmx.ajax("POST", undo, target ? { source: document.body, target } : { source: document.body, swap: "none" });
    });
    toast.append(back);
  } else if (bad) {
    const close = button(words.close);
    close.addEventListener("click", () => toast.remove());
    toast.append(close);
  }
  region.append(toast);
  expire(toast, bad ? 12 : seconds);
}

if (region) {
  document.addEventListener("toast", (event) => show(event.detail));
  for (const toast of region.querySelectorAll("[data-seconds]")) expire(toast, Number(toast.dataset.seconds));
}
