// Reply or note: both stay in the page, one is seen. "Send anyway", files taken off again.
const composer = () => document.querySelector("[data-composer]");

function compose(kind) {
  const forms = [...(composer()?.querySelectorAll("form[data-kind]") || [])];
  const wanted = forms.find((form) => form.dataset.kind === kind);
  if (!wanted) return;
  for (const form of forms) form.hidden = form !== wanted;
  (wanted.querySelector(".body[contenteditable]") || wanted.querySelector("textarea"))?.focus();
}

document.addEventListener("click", (event) => {
  const to = event.target.closest("[data-compose]");
  if (to) compose(to.dataset.compose);
  const resend = event.target.closest("[data-resend]");
  if (resend) {
    const form = composer().querySelector("form[data-kind=reply]");
    form.querySelector("[data-anyway]").value = resend.dataset.resend;
    form.requestSubmit();
  }
  if (event.target.closest("[data-reread]")) {
    event.target.closest(".answer").replaceChildren();
    const stream = document.querySelector(".stream");
    window.htmx.trigger(stream, "refresh");
    stream.scrollTop = stream.scrollHeight;
  }
  const off = event.target.closest("[data-unattach]");
  if (off) {
    const form = off.closest("form");
    off.closest(".attach").remove();
    form.querySelector("textarea").dispatchEvent(new Event("input", { bubbles: true }));
  }
});

// The next sentence may follow at once: what was typed since sending comes into the fresh editor, and the hands stay in it,
// so that no word becomes a row of shortcuts.
let goesOn = false, later = "";
const sent = new WeakMap();
const text = (form) => form.querySelector("textarea[data-editor]");
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches("form[data-kind]")) sent.set(event.detail.elt, text(event.detail.elt).value);
});
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target: form, fragment } = event.detail;
  if (!form.matches?.("form[data-kind]")) return;
  const was = sent.get(form) ?? "", now = text(form).value, stem = was.replace(/(<br>)?(<\/\w+>)*$/, "");
  const inside = Boolean(stem) && now.startsWith(stem); // what follows then begins in the middle of a paragraph: it gets one of its own
  later = now === was ? "" : (inside ? `<p>${now.slice(stem.length)}` : now).replace(/^<p>(<br>)?<\/p>/, "");
  if (later) text(fragment).value = text(fragment).defaultValue = later;
  goesOn = form.contains(document.activeElement) && (Boolean(later) || form.matches("[data-chat][data-kind=reply]"));
});

// The editor whose text was sent comes back empty; one of the two is seen: the one that somebody writes in, else the reply.
document.addEventListener("htmx:oobAfterSwap", () => {
  const forms = [...(composer()?.querySelectorAll("form[data-kind]") || [])];
  const seen = forms.filter((form) => !form.hidden);
  const wanted = forms.find((form) => form.contains(document.activeElement)) || (seen.length === 1 ? seen[0] : forms[0]);
  for (const form of forms) form.hidden = form !== wanted;
  if (!goesOn) return;
  goesOn = false;
  const body = wanted.querySelector(".body[contenteditable]") || text(wanted);
  body.focus();
  if (!later) return;
  const end = later.replace(/(<br>)?(<\/\w+>)*$/, "").length;
  body.setSelectionRange?.(end, end); // the editor itself starts a moment later
  text(wanted).dispatchEvent(new CustomEvent("editor:end"));
  setTimeout(() => text(wanted).dispatchEvent(new Event("input", { bubbles: true }))); // kept as a draft again
});

document.addEventListener("keydown", (event) => {
  const body = event.target.closest?.(".editor .body[contenteditable]");
  if (body && event.key === "Escape") body.blur(); // single keys work again
});
