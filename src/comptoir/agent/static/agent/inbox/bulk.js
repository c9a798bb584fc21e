// Which rows are chosen: by x, a click on the icon, Shift and click for all between, Shift+J and Shift+K; then what is done
// to them or, once asked, to all of the list; and how far a long change came, across pages.
const rows = () => [...document.querySelectorAll("#rangees a.row")];
const chosen = new Set();
const bar = () => document.querySelector("[data-bulk]");
const kept = "comptoir-bulk";
let last = null, all = 0, counted = null;
const inside = () => document.getElementById("liste")?.dataset.inside || "";

function draw() {
  for (const row of rows()) row.classList.toggle("picked", Boolean(all) || chosen.has(row.id.slice(1)));
  if (!bar()) return;
  bar().hidden = !chosen.size && !all;
  bar().querySelector("[data-bulk-count]").textContent = (all || chosen.size).toLocaleString(document.documentElement.lang);
  const whole = bar().querySelector("[data-bulk-all]"), more = document.getElementById("suite") || chosen.size < rows().length;
  const offered = !bar().hidden && !all && Boolean(more);
  if (offered) count();
  whole.hidden = !offered || !counted?.number;
  whole.textContent = whole.dataset.words.replace("{n}", (counted?.number ?? 0).toLocaleString(document.documentElement.lang));
}

async function count() {
  if (counted?.list === inside()) return;
  counted = { list: inside(), number: null };
  const asked = counted, answer = await fetch(`/inbox/changes/count/?${inside()}`, { headers: { "HX-Request": "true" } });
  if (answer.ok) asked.number = Number(await answer.text());
  draw();
}

function pick(row, on = null) {
  const key = row?.id.slice(1);
  if (!key) return;
  all = 0;
  last = row;
  if (on === null ? chosen.has(key) : !on) chosen.delete(key);
  else chosen.add(key);
  draw();
}

function between(row) {
  const every = rows(), from = every.findIndex((one) => one.id === last?.id), to = every.indexOf(row);
  if (from < 0) return pick(row);
  for (const one of every.slice(Math.min(from, to), Math.max(from, to) + 1)) pick(one, true);
}

function clear() { chosen.clear(); all = 0; last = null; counted = null; draw(); }

document.addEventListener("click", (event) => {
  const row = event.target.closest("#rangees a.row");
  if (row && (event.shiftKey || event.target.closest("#rangees a.row > .i"))) {
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) between(row);
    else pick(row);
  }
  if (event.target.closest("[data-bulk-clear]")) clear();
  if (event.target.closest("[data-bulk-all]") && counted?.number) { all = counted.number; draw(); }
  if (event.target.closest("[data-progress-close]")) { sessionStorage.removeItem(kept); event.target.closest("section").remove(); }
}, true);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys === "off") return;
  if (event.target.closest("input, textarea, select, [contenteditable=true], dialog")) return;
  const every = rows(), here = event.target.closest("#rangees a.row") || last || every.find((row) => row.ariaCurrent) || every[0];
  const step = { J: 1, K: -1 }[event.key], at = every.findIndex((row) => row.id === here?.id);
  if (event.key === "x") { event.preventDefault(); pick(event.target.closest("#rangees a.row") || every.find((row) => row.ariaCurrent) || every[0]); }
  if (!step || !here) return;
  event.preventDefault();
  pick(here, true);
  const next = every[at + step];
  if (next) { pick(next, true); next.focus(); next.scrollIntoView({ block: "nearest" }); }
}, true);

document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters, verb } = event.detail;
  if (!elt.closest?.("[data-bulk]")) return;
  if (all && verb === "post") Object.assign(parameters, { all: "1", list: inside() });
  else parameters.conversations = [...chosen];
});
function watch(address) {
  sessionStorage.setItem(kept, address);
  window.htmx.ajax("GET", address, { source: document.body, target: "#bulk-progress", swap: "innerHTML" });
}
document.addEventListener("bulkstarted", (event) => watch(event.detail.address));
document.addEventListener("bulkdone", clear);
document.addEventListener("htmx:afterSettle", (event) => {
  draw();
  if (event.target.id === "bulk-progress" && !event.target.querySelector("[data-works]")) sessionStorage.removeItem(kept);
});
if (sessionStorage.getItem(kept) && document.getElementById("bulk-progress")) watch(sessionStorage.getItem(kept));
draw();
