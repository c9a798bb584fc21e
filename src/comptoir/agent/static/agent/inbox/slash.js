// « / » and the beginning of a macro's name, in a reply or note: the list opens at the caret; arrows, Enter and Tab choose.
// (A word to macros.js is an event: served files have names of their own, an import would load it twice.)
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const rowsOf = (place) => [...place.querySelectorAll("[data-macro]")];
let menu = null, range = null, form = null, asked = "";

function typed() {
  const selection = getSelection(), node = selection.anchorNode;
  if (!selection.isCollapsed || node?.nodeType !== Node.TEXT_NODE) return null;
  const found = node.data.slice(0, selection.anchorOffset).match(/(?:^|[\s\u00a0(])\/([\p{L}\d-]{0,30})$/u);
  if (!found) return null;
  range = document.createRange();
  range.setStart(node, selection.anchorOffset - found[1].length - 1);
  range.setEnd(node, selection.anchorOffset);
  return found[1];
}

function close() {
  menu?.remove();
  menu = null;
}

function choose(row) {
  const selection = getSelection(), into = form;
  close();
  selection.removeAllRanges();
  selection.addRange(range);
  document.execCommand("delete"); // the editor's own undo gives the words back
  tell("macro:insert", { row, form: into });
}

function open(html) {
  close();
  menu = Object.assign(document.createElement("div"), { className: "menu macros at-caret", popover: "manual", role: "listbox" });
  menu.innerHTML = `<div class="two"><div class="found">${html}</div><div class="peek" data-macro-peek></div></div>`;
  if (!rowsOf(menu).length) return close();
  menu.addEventListener("mousedown", (press) => {
    press.preventDefault();
    const row = press.target.closest("[data-macro]");
    if (row) choose(row);
  });
  document.body.append(menu);
  menu.showPopover();
  tell("macro:peek", { place: menu, row: rowsOf(menu)[0] });
  const box = range.getBoundingClientRect(), size = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - size.width - 8))}px`;
  menu.style.top = `${box.top > size.height + 14 ? box.top - size.height - 6 : box.bottom + 6}px`;
}

document.addEventListener("input", async (event) => {
  const area = event.target.closest?.("form[data-macros] textarea[data-editor]");
  if (!area || event.target !== area) return;
  const text = typed();
  if (text === null) return close();
  const here = range.startContainer.parentElement?.closest("form[data-macros]"); // where the caret is, whoever spoke
  if (!here) return close();
  form = here;
  const first = form.dataset.kind === "new" ? ["to", "inbox"].map((name) => `&${name}=${encodeURIComponent(form.elements[name]?.value ?? "")}`).join("") : ""; // whom it is for
  const address = `${form.dataset.macros}?q=${encodeURIComponent(text)}${first}`;
  asked = address;
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (asked !== address || !answer?.ok || typed() !== text) return;
  open(await answer.text());
});
document.addEventListener("keydown", (event) => {
  if (!menu) return;
  const all = rowsOf(menu), at = all.findIndex((row) => row.ariaSelected === "true"), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) tell("macro:peek", { place: menu, row: all[(at + step + all.length) % all.length] });
  else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") choose(all[Math.max(0, at)]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("focusout", (event) => { if (event.target.closest?.(".editor .body")) setTimeout(close, 150); });
