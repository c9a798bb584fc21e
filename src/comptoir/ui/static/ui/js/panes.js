// The panes stay put while the server redraws them: what is kept is untouched, the chosen row stays chosen, a thread stays at
// its end. data-keep: morphing leaves it alone. [data-list] a.row: j/k and arrows. data-scroll="bottom": follows its end.
const rows = (list) => [...list.querySelectorAll("a.row")];

if (window.Idiomorph) {
  Object.assign(window.Idiomorph.defaults, { ignoreActiveValue: true });
  window.Idiomorph.defaults.callbacks.beforeNodeMorphed = (old) => !(old instanceof Element && old.matches("[data-keep]"));
  window.Idiomorph.defaults.callbacks.beforeNodeRemoved = (old) => !(old instanceof Element && old.matches("[data-keep]"));
}

function mark(address = location.pathname) {
  for (const list of document.querySelectorAll("[data-list]")) {
    if (!rows(list).some((row) => row.pathname === address)) continue;
    for (const row of rows(list)) {
      if (row.pathname === address) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }
}

const follow = (pane) => { pane.scrollTop = pane.scrollHeight; };
const near = (pane) => pane.scrollHeight - pane.scrollTop - pane.clientHeight < 80;
const following = new WeakSet();

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-list] a.row");
  if (row && !event.ctrlKey && !event.metaKey) mark(row.pathname);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable=true], dialog")) return;
  const inside = event.target.closest("[data-list]"), letters = document.body.dataset.keys !== "off";
  const step = (inside && { ArrowDown: 1, ArrowUp: -1 }[event.key]) || (letters && { j: 1, k: -1 }[event.key]);
  const list = inside || document.querySelector("[data-list]");
  if (!step || !list) return;
  const all = rows(list), at = all.findIndex((row) => (inside ? row === document.activeElement : row.ariaCurrent));
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
  event.preventDefault();
  next?.scrollIntoView({ block: "nearest" });
  if (inside && event.key.startsWith("Arrow")) next?.focus();
  else if (next && next !== all[at]) next.click();
});

document.addEventListener("htmx:beforeSwap", () => {
  for (const pane of document.querySelectorAll("[data-scroll=bottom]")) (near(pane) ? following.add(pane) : following.delete(pane));
});
document.addEventListener("htmx:afterSettle", () => {
  mark();
  for (const pane of document.querySelectorAll("[data-scroll=bottom]")) {
    if (following.has(pane) || !pane.dataset.scrolled) follow(pane);
    pane.dataset.scrolled = "yes";
  }
});
for (const pane of document.querySelectorAll("[data-scroll=bottom]")) { follow(pane); pane.dataset.scrolled = "yes"; }
document.querySelector("[data-list] [aria-current]")?.scrollIntoView({ block: "nearest" });
