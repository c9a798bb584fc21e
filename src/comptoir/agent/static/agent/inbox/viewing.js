// The conditions of a view by keyboard, and what a picker has chosen.
const line = (target) => target.closest(".sieve-line");

document.addEventListener("keydown", (event) => {
  const here = event.altKey && !event.ctrlKey && !event.metaKey && event.target.closest("#conditions [data-place]");
  if (!here) return;
  const verb = { ArrowRight: "in", ArrowLeft: "out", Delete: "remove", Backspace: "remove" }[event.key];
  const group = here.closest(".sieve-group");
  const button = verb ? line(event.target)?.querySelector(`[data-do=${verb}]`) : event.key === "Enter" && group.querySelector(":scope > .foot [value^=add]");
  if (!button) return;
  event.preventDefault();
  button.click();
});

document.addEventListener("change", (event) => {
  const picker = event.target.closest("details.pick");
  if (!picker) return;
  const names = [...picker.querySelectorAll(":checked")].map((box) => box.parentElement.textContent.trim());
  picker.querySelector("[data-chosen]").textContent = names.slice(0, 3).join(", ") + (names.length > 3 ? ` +${names.length - 3}` : "") || "…";
});

document.addEventListener("pointerdown", (event) => {
  for (const open of document.querySelectorAll("details.pick[open]")) if (!open.contains(event.target)) open.open = false;
});

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest("details.pick[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});

// A condition that was added is where one goes on.
let added = false;
document.addEventListener("htmx:beforeRequest", (event) => { added = event.detail.elt.value?.startsWith?.("add:"); });
document.addEventListener("htmx:afterSettle", (event) => {
  if (added && event.detail.target.id === "conditions") [...document.querySelectorAll("#conditions .what select")].at(-1)?.focus();
});
