// The list: as long after a refresh as before, chosen rows stay chosen, and it hears of what others write.
const list = () => document.getElementById("liste");
const rows = () => [...document.querySelectorAll("#rangees a.row")];
const chosen = new Set();
const bar = () => document.querySelector("[data-bulk]");
let soon = null;

function refresh() {
  clearTimeout(soon);
  soon = setTimeout(() => list() && window.htmx.trigger(list(), "refresh"), 150);
}

function draw() {
  for (const row of rows()) row.classList.toggle("picked", chosen.has(row.id.slice(1)));
  if (bar()) {
    bar().hidden = !chosen.size;
    bar().querySelector("[data-bulk-count]").textContent = chosen.size;
  }
  const all = rows(), at = all.findIndex((row) => row.ariaCurrent), place = document.querySelector("[data-position]");
  const total = document.getElementById("total")?.textContent;
  if (place) place.textContent = at < 0 ? "" : `${at + 1} / ${total || all.length}`;
}

function pick(row) {
  const key = row?.id.slice(1);
  if (!key) return;
  if (!chosen.delete(key)) chosen.add(key);
  draw();
}

document.addEventListener("click", (event) => {
  const icon = event.target.closest("#rangees a.row > .i");
  if (icon || (event.shiftKey && event.target.closest("#rangees a.row"))) {
    event.preventDefault();
    event.stopPropagation();
    pick(event.target.closest("a.row"));
  }
  if (event.target.closest("[data-bulk-clear]")) { chosen.clear(); draw(); }
}, true);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys === "off") return;
  if (event.target.closest("input, textarea, select, [contenteditable=true], dialog")) return;
  const here = event.target.closest("#rangees a.row") || rows().find((row) => row.ariaCurrent) || rows()[0];
  if (event.key === "x") { event.preventDefault(); pick(here); }
  if (event.key === "o" && here) { event.preventDefault(); here.click(); }
  if (event.key === "U") { // Shift+U; "u" alone goes back to the list
    event.preventDefault();
    event.stopImmediatePropagation();
    document.querySelector("[data-shifted=u]")?.click();
  }
}, true);

document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  if (elt.id === "liste") parameters.rows = rows().length;
  if (elt.closest?.("[data-bulk]")) parameters.conversations = [...chosen];
});
document.addEventListener("bulkdone", () => { chosen.clear(); draw(); });
document.addEventListener("inboxchanged", refresh);
document.addEventListener("live:presence", (event) => {
  if (document.getElementById(`c${event.detail.topic.split(":")[1]}`)) refresh();
});
document.addEventListener("live:agent", (event) => {
  const key = event.detail.data?.assigned;
  if (key) window.htmx.ajax("GET", `/conversations/${key}/assigned/`, { source: document.body, swap: "none" });
});
document.addEventListener("htmx:afterSettle", draw);
draw();
