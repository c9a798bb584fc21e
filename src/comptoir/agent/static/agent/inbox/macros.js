// Macros in the editor. Rows (button[data-macro]) are rendered by the server, each with the text filled in, the actions as
// chips and a preview. « / » and a word opens them at the caret, « ; » or the bolt as a menu, the command bar by its key.
const rowsOf = (place) => [...place.querySelectorAll("[data-macro]")];
const editor = () => [...document.querySelectorAll("form[data-macros]")].find((form) => !form.hidden);

const addressed = (form) => ["to", "inbox"].map((name) => (form.dataset.kind === "new" ? `&${name}=${encodeURIComponent(form.elements[name]?.value ?? "")}` : "")).join(""); // whom a first message is for

function peek(place, row) {
  for (const other of rowsOf(place)) other.setAttribute("aria-selected", other === row);
  const pane = place.querySelector("[data-macro-peek]") || place.closest(".menu")?.querySelector("[data-macro-peek]");
  pane?.replaceChildren(...(row ? [row.querySelector("[data-peek]").content.cloneNode(true)] : []));
  row?.scrollIntoView({ block: "nearest" });
}

function insert(row, form) {
  const area = form.querySelector("textarea[data-editor]"), acts = form.querySelector("[data-acts]");
  const load = row.querySelector("[data-load]").content.cloneNode(true);
  for (const known of acts?.querySelectorAll("input") || []) {
    for (const twin of load.querySelectorAll(`input[name="${known.name}"]`)) if (twin.value === known.value) (twin.closest(".act") || twin).remove();
  }
  acts?.append(load);
  const html = row.querySelector("[data-text]").innerHTML;
  if (html.trim()) area.dispatchEvent(new CustomEvent("editor:insert", { detail: { html } }));
  else form.querySelector(".body[contenteditable]")?.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const row = event.target.closest(".menu.macros [data-macro]");
  if (row?.closest("form")) insert(row, row.closest("form"));
  const drop = event.target.closest("[data-drop-act]");
  if (!drop) return;
  const form = drop.closest("form"), acts = drop.closest("[data-acts]");
  drop.closest(".act").remove();
  if (!acts.querySelector(".act") && !form.querySelector("textarea").value) acts.replaceChildren();
  form.querySelector("textarea").dispatchEvent(new Event("input", { bubbles: true }));
});
for (const kind of ["mouseover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const row = event.target.closest?.(".menu.macros [data-macro]");
    if (row) peek(row.closest(".menu"), row);
  });
}
document.addEventListener("keydown", (event) => {
  const search = event.target.closest?.("[data-macro-search]");
  if (search && event.key === "Enter") {
    event.preventDefault();
    rowsOf(search.closest(".menu"))[0]?.click();
  }
});
document.addEventListener("input", (event) => { if (event.target.closest("[data-macro-search]")) event.stopPropagation(); });

document.addEventListener("macro:insert", (event) => insert(event.detail.row, event.detail.form));
document.addEventListener("macro:peek", (event) => peek(event.detail.place, event.detail.row));
document.addEventListener("macro:chosen", async (event) => {
  const form = editor();
  if (!form) return;
  const answer = await fetch(`${form.dataset.macros}?only=${event.detail.macro}${addressed(form)}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-macro]");
  if (found) insert(found, form);
});
document.addEventListener("macro:done", () => editor()?.querySelector("[data-acts]")?.replaceChildren());
