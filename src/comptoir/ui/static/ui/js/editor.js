// The rich editor: <textarea class="body" data-editor> stays the form's field (and works alone); Squire writes into it.
// Its buttons: editor-tools.js, by `surface.editor`. On the textarea: "editor:insert" and "editor:replace" (all of it; undo
// gives the former text back), detail {html}; "editor:load" (the field was changed), "editor:end".
const clean = (html) => {
  const options = { FORBID_ATTR: ["style", "class", "id"], FORBID_TAGS: ["style", "form", "input"], RETURN_DOM_FRAGMENT: true };
  return document.importNode(window.DOMPurify.sanitize(html, options), true);
};
function replace(editor, surface, html) {
  const whole = document.createRange();
  whole.selectNodeContents(surface);
  editor.focus().setSelection(whole).insertHTML(html); // setHTML would forget what undo knows
  const last = surface.lastChild; // the line that it adds for a caret is nobody's text
  if (last !== surface.firstChild && !last.textContent && !last.querySelector("img, li")) last.remove();
  editor.moveCursorToEnd();
}
function start(area) {
  if (area.dataset.editor === "on" || !window.Squire) return;
  const wanted = area.autofocus || document.activeElement === area; // a quick hand was there first
  area.dataset.editor = "on";
  const surface = Object.assign(document.createElement("div"), { className: area.className });
  Object.assign(surface.dataset, { placeholder: area.placeholder, key: area.dataset.key || "" });
  Object.assign(surface, { ariaLabel: area.ariaLabel || area.placeholder, role: "textbox", ariaMultiLine: "true" });
  if (area.dataset.keep !== undefined) surface.dataset.keep = "";
  Object.assign(surface, { lang: area.lang, spellcheck: true }); // the browser's own spelling, in the reader's language
  area.hidden = true;
  area.after(surface);
  const editor = new window.Squire(surface, { blockTag: "P", sanitizeToDOMFragment: clean, addLinks: true });
  surface.editor = editor;
  const empty = () => surface.toggleAttribute("data-empty", !surface.textContent.trim() && !surface.querySelector("img, li"));
  let known;
  const load = () => {
    known = editor.setHTML(area.value).getHTML();
    empty();
    if (document.activeElement === surface) editor.moveCursorToEnd();
  };
  editor.addEventListener("input", () => {
    empty();
    if (known === (known = editor.getHTML())) return; // told of what was loaded, not of what was written
    area.value = surface.hasAttribute("data-empty") ? "" : editor.getHTML();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  load();
  area.addEventListener("editor:load", load);
  area.addEventListener("editor:end", () => editor.focus().moveCursorToEnd());
  area.addEventListener("editor:insert", (event) => { editor.focus(); editor.insertHTML(event.detail.html); });
  area.addEventListener("editor:replace", (event) => replace(editor, surface, event.detail.html));
  if (wanted) editor.focus().moveCursorToEnd();
}
const all = (root) => root.querySelectorAll("textarea[data-editor]").forEach(start);
all(document);
document.addEventListener("htmx:load", (event) => all(event.detail.elt));
