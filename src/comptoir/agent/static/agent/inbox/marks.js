// What is still open in a text ({{ order.number }}, [NOM], XXX) is marked where it stands, without touching the text.
const OPEN = /\{\{[^{}]{1,300}\}\}|\[[A-ZÀ-Ý][A-ZÀ-Ý _’'-]{2,40}\]|\bX{3,}\b/gu;

function ranges(body) {
  const found = [], walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const match of walker.currentNode.data.matchAll(OPEN)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, match.index);
      range.setEnd(walker.currentNode, match.index + match[0].length);
      found.push(range);
    }
  }
  return found;
}
const bodies = () => [...document.querySelectorAll(".editor:not([hidden]) .body[contenteditable]")];
function mark() {
  if (window.Highlight) CSS.highlights.set("open-place", new window.Highlight(...bodies().flatMap(ranges)));
}

let wait = null;
for (const kind of ["input", "htmx:afterSettle", "click"]) {
  document.addEventListener(kind, () => { clearTimeout(wait); wait = setTimeout(mark, 60); });
}
// A message was held back: the first open place is chosen, so that typing fills it.
function choose(begins) {
  mark();
  const body = bodies()[0], first = body && ranges(body).find((range) => range.toString().startsWith(begins));
  if (!first) return;
  body.focus();
  getSelection().removeAllRanges();
  getSelection().addRange(first);
}
document.addEventListener("macro:missing", () => choose("{{"));
document.addEventListener("click", (event) => {
  const back = event.target.closest("[data-reconsider]");
  if (!back) return;
  const form = document.getElementById(back.dataset.reconsider);
  back.closest(".answer").replaceChildren();
  form?.querySelector(".body[contenteditable]")?.focus();
  choose("");
});
setTimeout(mark, 300);
