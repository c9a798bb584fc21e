// The rich editor's buttons: data-editor-do="bold|italic|list|numbers|quote|link|undo|redo", in the form of its field.
const toggle = (editor, tag, on, off) => (editor.hasFormat(tag) ? editor[off]() : editor[on]());
const link = (editor) => {
  if (editor.hasFormat("A")) return editor.removeLink();
  const address = window.prompt(document.getElementById("words").dataset.link, "https://");
  if (/^(https?:|mailto:|tel:)/i.test(address || "")) editor.makeLink(address);
};
const COMMANDS = {
  bold: (e) => toggle(e, "B", "bold", "removeBold"), italic: (e) => toggle(e, "I", "italic", "removeItalic"),
  list: (e) => toggle(e, "UL", "makeUnorderedList", "removeList"),
  numbers: (e) => toggle(e, "OL", "makeOrderedList", "removeList"),
  quote: (e) => toggle(e, "BLOCKQUOTE", "increaseQuoteLevel", "decreaseQuoteLevel"),
  link, undo: (e) => e.undo(), redo: (e) => e.redo(),
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-editor-do]");
  const editor = button?.closest("form")?.querySelector("textarea[data-editor=on]")?.nextElementSibling?.editor;
  if (!editor) return;
  editor.focus();
  COMMANDS[button.dataset.editorDo]?.(editor);
});
