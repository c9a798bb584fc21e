// The results by keyboard: j and k go from one to the next, Enter opens, x chooses (bulk.js). By letter, off with single keys.
const hits = () => [...document.querySelectorAll("#rangees a.row")];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys === "off") return;
  if (event.target.closest("input, textarea, select, [contenteditable=true], dialog")) return;
  const step = { j: 1, k: -1 }[event.key], all = hits();
  if (!step || !all.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const at = all.indexOf(document.activeElement.closest?.("#rangees a.row"));
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}, true);

document.addEventListener("keydown", (event) => { // from the box to the first result
  if (event.key === "ArrowDown" && event.target.matches(".find.wide input") && !event.target.value) hits()[0]?.focus();
});
