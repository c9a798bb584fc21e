// The rich editor: <textarea class="body" data-editor> stays the form's field (and works alone); Squire writes into it.
// Buttons: data-editor-do="bold|italic|list|numbers|quote|link|undo|redo"; "editor:insert" and "editor:replace" (all of
// it; undo gives the former text back) on the textarea: detail {html}.
const clean = (html) => {
  const options = { FORBID_ATTR: ["style", "class", "id"], FORBID_TAGS: ["style", "form", "input"], RETURN_DOM_FRAGMENT: true };
  return document.importNode(window.DOMPurify.sanitize(html, options), true);
};
const toggle = (editor, tag, on, off) => (editor.hasFormat(tag) ? editor[off]() : editor[on]());
const link = (editor) => {
  if (editor.hasFormat("A")) return editor.removeLink();
  const address = window.prompt(document.getElementById("words").dataset.link, "https://");
  if (/^(https?:|mailto:|tel:)/i.test(address || "")) editor.makeLink(address);
};
const COMMANDS = {
  bold: (e) => toggle(e, "B", "bold", "removeBold"),
  italic: (e) => toggle(e, "I", "italic", "removeItalic"),
  list: (e) => toggle(e, "UL", "makeUnorderedList", "removeList"),
  numbers: (e) => toggle(e, "OL", "makeOrderedList", "removeList"),
  quote: (e) => toggle(e, "BLOCKQUOTE", "increaseQuoteLevel", "decreaseQuoteLevel"),
  link, undo: (e) => e.undo(), redo: (e) => e.redo(),
};

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
  const empty = () => surface.toggleAttribute("data-empty", !surface.textContent.trim() && !surface.querySelector("img, li"));
  let known;
  const load = () => {
    known = editor.setHTML(area.value).getHTML();
    empty();
    if (document.activeElement === surface) editor.moveCursorToEnd();
  };
  load();
  editor.addEventListener("input", () => {
    empty();
    if (known === (known = editor.getHTML())) return; // told of what was loaded, not of what was written
    area.value = surface.hasAttribute("data-empty") ? "" : editor.getHTML();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  area.addEventListener("editor:load", load);
  area.addEventListener("editor:end", () => editor.focus().moveCursorToEnd());
  area.addEventListener("editor:insert", (event) => { editor.focus(); editor.insertHTML(event.detail.html); });
  area.addEventListener("editor:replace", (event) => {
    const whole = document.createRange();
    whole.selectNodeContents(surface);
    editor.focus().setSelection(whole).insertHTML(event.detail.html); // setHTML would forget what undo knows
    const last = surface.lastChild; // the line that it adds for a caret is nobody's text
    if (last !== surface.firstChild && !last.textContent && !last.querySelector("img, li")) last.remove();
    editor.moveCursorToEnd();
  });
  area.form?.addEventListener("click", (event) => {
    const name = event.target.closest("[data-editor-do]")?.dataset.editorDo;
    if (name) { editor.focus(); COMMANDS[name]?.(editor); }
  });
  if (wanted) editor.focus().moveCursorToEnd();
}
const all = (root) => root.querySelectorAll("textarea[data-editor]").forEach(start);
all(document);
document.addEventListener("htmx:load", (event) => all(event.detail.elt));
