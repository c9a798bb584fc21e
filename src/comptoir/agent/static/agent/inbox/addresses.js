// Known addresses while a recipient is typed: arrows choose, Enter or Tab takes, Escape closes.
const PAUSE = 140;
let menu = null, asked = 0, soon = null;

function close() {
  clearTimeout(soon);
  asked++;
  if (!menu) return;
  menu.input.ariaExpanded = "false";
  menu.input.removeAttribute("aria-activedescendant");
  menu.remove();
  menu = null;
}

function mark(choice) {
  for (const other of menu.children) other.ariaSelected = other === choice ? "true" : "false";
  menu.input.setAttribute("aria-activedescendant", choice.id);
  choice.scrollIntoView({ block: "nearest" });
}

function take(input, party) {
  close();
  input.dispatchEvent(new CustomEvent("recipients:add", { detail: party }));
  input.focus();
}

function open(input, found) {
  menu = Object.assign(document.createElement("div"), { className: "menu mentions", popover: "manual", role: "listbox", id: "known-addresses", input });
  menu.append(...found.map((party, at) => {
    const choice = Object.assign(document.createElement("button"), { type: "button", role: "option", tabIndex: -1, id: `known-address-${at}`, textContent: party.replaceAll('"', "") });
    choice.addEventListener("mousedown", (press) => { press.preventDefault(); take(input, party); });
    return choice;
  }));
  document.body.append(menu);
  menu.showPopover();
  const box = input.getBoundingClientRect(), size = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(4, Math.min(box.left, innerWidth - size.width - 4))}px`;
  menu.style.top = `${box.bottom + size.height + 8 < innerHeight ? box.bottom + 4 : box.top - size.height - 4}px`;
  input.setAttribute("aria-controls", menu.id);
  input.ariaExpanded = "true";
  mark(menu.firstChild);
}

async function look(input) {
  const text = input.value.split(/[,;]/).pop().trim(), mine = ++asked;
  const answer = text.length > 1 && (await fetch(`/addresses/?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } }).catch(() => null));
  const found = answer?.ok ? await answer.json() : [];
  if (mine !== asked || document.activeElement !== input) return;
  close();
  if (found.length) open(input, found);
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-add]")) return;
  close();
  if (event.target.value.trim().length > 1) soon = setTimeout(look, PAUSE, event.target);
}, true);

document.addEventListener("keydown", (event) => {
  if (!menu || event.target !== menu.input) return;
  const all = [...menu.children], at = all.findIndex((choice) => choice.ariaSelected === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) mark(all[(at + step + all.length) % all.length]);
  else if (event.key === "Escape") close();
  else if (["Enter", "Tab"].includes(event.key) && !event.ctrlKey && !event.shiftKey) all[at].dispatchEvent(new MouseEvent("mousedown", { cancelable: true }));
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("focusout", (event) => { if (event.target === menu?.input) close(); });
