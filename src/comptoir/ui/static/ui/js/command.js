// The command bar. Results are options (role=option) that the server renders; each may hold a <template> that shows
// what Enter will do, drawn at the right. Enter clicks the chosen one.
const dialog = document.getElementById("command");
const input = dialog?.querySelector("input");
const found = dialog?.querySelector("#command-found");
const peek = dialog?.querySelector("[data-peek]");
const options = () => [...found.querySelectorAll("[role=option]")];

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", other === option);
  input.setAttribute("aria-activedescendant", option?.id || "");
  option?.scrollIntoView({ block: "nearest" });
  const shown = option?.querySelector("template");
  peek.replaceChildren(...(shown ? [shown.content.cloneNode(true)] : []));
}

function open(event) {
  event?.preventDefault();
  if (dialog.open) return;
  dialog.showModal();
  input.select();
  window.htmx.trigger(input, "open");
}

if (dialog) {
  document.addEventListener("click", (event) => { if (event.target.closest("[data-command-open]")) open(event); });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable=true]");
    if (event.key === "/" && !typing && !event.ctrlKey && document.body.dataset.keys !== "off") open(event);
  });
  found.addEventListener("htmx:afterSettle", () => choose(options()[0]));
  found.addEventListener("mousemove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option.getAttribute("aria-selected") !== "true") choose(option);
  });
  found.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option?.dataset.fill) { // a filter: its value is typed next
      event.preventDefault();
      input.value = option.dataset.fill;
      input.focus();
      window.htmx.trigger(input, "input");
    } else if (option) dialog.close();
  });
  input.addEventListener("keydown", (event) => {
    const all = options(), at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      choose(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
      event.preventDefault();
    }
    if (event.key === "Enter" && all[at]) {
      event.preventDefault();
      all[at].click();
    }
  });
}
