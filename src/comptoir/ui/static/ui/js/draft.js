// What is being written survives: first in this browser, then on the server.
// <form data-draft="conversation:42" data-draft-url="/conversations/42/draft/" data-draft-at="(iso time of the server's draft)">
const me = document.body.dataset.me || "0";
const words = document.getElementById("words").dataset;
const name = (form) => `draft:${me}:${form.dataset.draft}`;
const timers = new WeakMap();

const fields = (form) => [...form.querySelectorAll("textarea[name], input[type=text][name], [data-draft-field][name]")];
const note = (form, text) => form.querySelector("[data-draft-state]")?.replaceChildren(text);

async function send(form, wait = 2000) {
  if (!form.isConnected || !form.dataset.draftUrl || !localStorage.getItem(name(form))) return;
  const answer = await fetch(form.dataset.draftUrl, {
    method: "POST", body: new FormData(form), redirect: "manual",
    headers: { "X-CSRFToken": document.body.dataset.csrf, "HX-Request": "true" },
  }).catch(() => null);
  if (answer?.ok) note(form, words.saved);
  else if (answer?.status === 401 || answer?.type === "opaqueredirect") document.dispatchEvent(new CustomEvent("signedout"));
  else timers.set(form, setTimeout(() => send(form, Math.min(wait * 2, 30000)), wait));
}

function keep(form) {
  const values = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
  localStorage.setItem(name(form), JSON.stringify({ at: Date.now(), values }));
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => send(form), 800));
}

function restore(form) {
  const kept = JSON.parse(localStorage.getItem(name(form)) || "null");
  if (form.dataset.draftReady || !(form.dataset.draftReady = "yes") || !kept) return;
  if (kept.at <= Date.parse(form.dataset.draftAt || 0)) return localStorage.removeItem(name(form));
  for (const field of fields(form)) {
    if (field.name in kept.values) field.value = kept.values[field.name];
    field.dispatchEvent(new CustomEvent("editor:load"));
  }
  note(form, words.restored);
}

const all = (root) => [root, ...root.querySelectorAll("form")].filter((one) => one.matches?.("form[data-draft]")).forEach(restore);
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form) keep(form);
});
document.addEventListener("htmx:load", (event) => all(event.detail.elt));
const sender = ({ detail: { requestConfig: { elt } } }) => elt.matches?.("form, [data-sends]") && elt.closest("form[data-draft]");
document.addEventListener("htmx:beforeRequest", (event) => clearTimeout(timers.get(sender(event)))); // not kept behind its back
document.addEventListener("htmx:afterRequest", (event) => {
  const form = sender(event);
  if (!form) return;
  clearTimeout(timers.get(form));
  if (event.detail.successful) localStorage.removeItem(name(form));
  else timers.set(form, setTimeout(() => send(form), 800));
});
document.addEventListener("submit", (event) => { // signing out of a shared computer
  const kept = event.target.matches("[data-forget-drafts]") ? Object.keys(localStorage) : [];
  for (const key of kept) if (key.startsWith("draft:")) localStorage.removeItem(key);
});
all(document);
