// The list: as long after a refresh as before, and it hears of what others write. Which rows are chosen stands in bulk.js.
const list = () => document.getElementById("liste");
const rows = () => [...document.querySelectorAll("#rangees a.row")];
let soon = null;

function refresh() {
  clearTimeout(soon);
  soon = setTimeout(() => list() && window.htmx.trigger(list(), "refresh"), 150);
}

function place() {
  const all = rows(), at = all.findIndex((row) => row.ariaCurrent), shown = document.querySelector("[data-position]");
  const total = document.getElementById("total")?.textContent;
  if (shown) shown.textContent = at < 0 ? "" : `${at + 1} / ${total || all.length}`;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys === "off") return;
  if (event.target.closest("input, textarea, select, [contenteditable=true], dialog")) return;
  const here = event.target.closest("#rangees a.row") || rows().find((row) => row.ariaCurrent) || rows()[0];
  if (event.key === "o" && here) { event.preventDefault(); here.click(); }
  if (/^[A-Z]$/.test(event.key)) { // Shift+U marks unread; "u" alone goes back to the list
    const shifted = document.querySelector(`[data-shifted=${event.key.toLowerCase()}]`);
    if (!shifted && event.key !== "U") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    shifted?.click();
  }
}, true);

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id === "liste") event.detail.parameters.rows = rows().length;
});
document.addEventListener("inboxchanged", refresh);
document.addEventListener("live:presence", (event) => {
  if (document.getElementById(`c${event.detail.topic.split(":")[1]}`)) refresh();
});
document.addEventListener("live:agent", (event) => {
  const key = event.detail.data?.assigned;
  if (key) window.htmx.ajax("GET", `/conversations/${key}/assigned/`, { source: document.body, swap: "none" });
});
document.addEventListener("htmx:afterSettle", place);
place();
