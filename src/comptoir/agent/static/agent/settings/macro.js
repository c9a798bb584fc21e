// Writing a macro: a variable is put in where the caret is, in the text that was last written in.
let last = null;
document.addEventListener("focusin", (event) => {
  const area = event.target.closest?.(".field")?.querySelector("textarea");
  if (area?.form?.id === "macro-form") last = area;
});
document.addEventListener("mousedown", (event) => { if (event.target.closest("[data-variable]")) event.preventDefault(); });
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-variable]");
  const area = last || document.querySelector("#macro-form textarea[name=html]");
  if (!button || !area) return;
  const text = `{{ ${button.dataset.variable} }}`;
  if (area.dataset.editor) area.dispatchEvent(new CustomEvent("editor:insert", { detail: { html: text } }));
  else area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
});
