// @ in a note calls a colleague: the list opens at the caret, arrows and Enter choose.
let people = null, menu = null, range = null;

async function colleagues() {
  people ??= await fetch("/colleagues/", { headers: { "HX-Request": "true" } }).then((answer) => (answer.ok ? answer.json() : []));
  return people;
}

function typed() {
  const selection = getSelection();
  const node = selection.anchorNode;
  if (!selection.isCollapsed || node?.nodeType !== Node.TEXT_NODE) return null;
  const found = node.data.slice(0, selection.anchorOffset).match(/(?:^|[\s\u00a0(])@([\p{L}-]{0,30})$/u);
  if (!found) return null;
  range = document.createRange();
  range.setStart(node, selection.anchorOffset - found[1].length - 1);
  range.setEnd(node, selection.anchorOffset);
  return found[1].toLowerCase();
}

function close() {
  menu?.remove();
  menu = null;
}

function insert(person, area) {
  close();
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  area.dispatchEvent(new CustomEvent("editor:insert", { detail: { html: `<a data-agent="${person.id}">@${person.first.replace(/[<&>"]/g, "")}</a>&nbsp;` } }));
}

document.addEventListener("input", async (event) => {
  const area = event.target.closest?.("form[data-kind=note] textarea[data-editor]");
  if (!area) return;
  const text = typed();
  if (text === null) return close();
  const found = (await colleagues()).filter((person) => person.name.toLowerCase().split(/[\s-]/).some((part) => part.startsWith(text))).slice(0, 6);
  close();
  if (!found.length) return;
  menu = Object.assign(document.createElement("div"), { className: "menu mentions", popover: "manual", role: "listbox" });
  for (const person of found) {
    const choice = Object.assign(document.createElement("button"), { type: "button", textContent: person.name, role: "option" });
    choice.addEventListener("mousedown", (press) => { press.preventDefault(); insert(person, area); });
    menu.append(choice);
  }
  document.body.append(menu);
  menu.showPopover();
  const box = range.getBoundingClientRect(), size = menu.getBoundingClientRect();
  menu.style.left = `${box.left}px`;
  menu.style.top = `${box.top - size.height - 6}px`;
  menu.firstChild.ariaSelected = "true";
});

document.addEventListener("keydown", (event) => {
  if (!menu) return;
  const all = [...menu.children], at = all.findIndex((choice) => choice.ariaSelected === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    for (const choice of all) choice.ariaSelected = "false";
    all[(at + step + all.length) % all.length].ariaSelected = "true";
  } else if (event.key === "Enter" || event.key === "Tab") all[Math.max(0, at)].dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("focusout", (event) => { if (event.target.closest?.(".editor .body")) setTimeout(close, 150); });
