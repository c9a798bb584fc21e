// Reply or note: both stay in the page, one is seen. Canned texts, "send anyway", files taken off again.
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
  const insert = event.target.closest("[data-insert]");
  if (insert) {
    const area = insert.closest("form").querySelector("textarea[data-editor]");
    area.dispatchEvent(new CustomEvent("editor:insert", { detail: { html: insert.querySelector("template").innerHTML } }));
  }
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

// In a chat the next sentence follows at once: the hands stay in the editor, no word becomes a row of shortcuts.
let chatting = false;
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const form = event.detail.target;
  if (form.matches?.("form[data-chat][data-kind=reply]")) chatting = form.contains(document.activeElement);
});

// The editor whose text was sent comes back empty; one of the two is seen: the one that somebody writes in, else the reply.
document.addEventListener("htmx:oobAfterSwap", () => {
  const forms = [...(composer()?.querySelectorAll("form[data-kind]") || [])];
  const seen = forms.filter((form) => !form.hidden);
  const wanted = forms.find((form) => form.contains(document.activeElement)) || (seen.length === 1 ? seen[0] : forms[0]);
  for (const form of forms) form.hidden = form !== wanted;
  if (chatting) (wanted.querySelector(".body[contenteditable]") || wanted.querySelector("textarea")).focus();
  chatting = false;
});

document.addEventListener("input", (event) => {
  const search = event.target.closest("[data-canned-search]");
  if (!search) return;
  event.stopPropagation();
  for (const text of search.closest(".menu").querySelectorAll("[data-insert]")) text.hidden = !text.dataset.name.includes(search.value.toLowerCase());
}, true);

document.addEventListener("keydown", (event) => {
  const search = event.target.closest?.("[data-canned-search]");
  if (search && event.key === "Enter") {
    event.preventDefault();
    search.closest(".menu").querySelector("[data-insert]:not([hidden])")?.click();
  }
  const body = event.target.closest?.(".editor .body[contenteditable]");
  if (body && event.key === "Escape") body.blur(); // single keys work again
  if (body && event.key === "/" && !body.textContent.trim()) {
    event.preventDefault();
    body.closest("form").querySelector("[data-key=';']")?.click();
  }
});
