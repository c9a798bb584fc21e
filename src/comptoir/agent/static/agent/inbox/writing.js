// Writing help under the reply: opened and closed by the quill, remembered in this browser, looked at again after a pause.
const KEPT = "writing-help", PAUSE = 900;
const panels = () => [...document.querySelectorAll("[data-writing-panel]")];
const look = (panel) => { if (!panel.hidden && panel.checkVisibility?.() !== false) window.htmx.trigger(panel, "writing:look"); };
let wait = null;

function show() {
  const open = localStorage.getItem(KEPT) === "open";
  for (const panel of panels()) {
    if (panel.hidden === !open) continue;
    panel.hidden = !open;
    if (open) look(panel); else panel.replaceChildren();
  }
  for (const button of document.querySelectorAll("[data-writing]")) button.ariaPressed = String(open);
}

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-writing], [data-writing-close]")) {
    localStorage.setItem(KEPT, localStorage.getItem(KEPT) === "open" ? "closed" : "open");
    show();
  }
  const button = event.target.closest("[data-typography]");
  if (!button) return;
  const form = button.closest("form"), area = form.querySelector("textarea[data-editor]"), before = area.value;
  const body = new URLSearchParams({ body: before, csrfmiddlewaretoken: document.body.dataset.csrf });
  const answer = await fetch("/writing/typography/", { method: "POST", body, headers: { "HX-Request": "true" } });
  if (!answer.ok || area.value !== before) return; // somebody went on writing
  area.dispatchEvent(new CustomEvent("editor:replace", { detail: await answer.json() }));
});
document.addEventListener("input", (event) => {
  const panel = event.target.closest?.("form[data-kind=reply]")?.querySelector("[data-writing-panel]");
  if (!panel || panel.hidden) return;
  clearTimeout(wait);
  wait = setTimeout(() => look(panel), PAUSE);
});
document.addEventListener("htmx:afterSettle", show);
show();
