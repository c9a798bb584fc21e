// The panes' widths: dragged, or moved by arrow keys on the separator; double click or Enter gives ours back. Kept on this device.
const PLACE = "comptoir:panes";
const PANES = { list: { side: "right", from: 240, to: 620 }, aside: { side: "left", from: 240, to: 560 } };
const THREAD = 440; // what the conversation keeps
const kept = JSON.parse(localStorage.getItem(PLACE) || "{}");
const words = document.getElementById("words")?.dataset ?? {};
const bars = {};

const pane = (name) => document.querySelector(name === "list" ? ".app.inbox > .list" : ".app.inbox > aside");

function place() {
  for (const [name, bar] of Object.entries(bars)) {
    const box = pane(name)?.getBoundingClientRect();
    bar.hidden = !box?.width;
    if (bar.hidden) continue;
    bar.style.left = `${box[PANES[name].side]}px`;
    bar.ariaValueNow = Math.round(box.width);
  }
}

function widen(name, width) {
  const { from, to } = PANES[name];
  const spare = document.getElementById("main").clientWidth - THREAD, most = pane(name).clientWidth + Math.max(0, spare);
  if (width === null) delete kept[name];
  else kept[name] = Math.round(Math.max(from, Math.min(to, most, width)));
  localStorage.setItem(PLACE, JSON.stringify(kept));
  apply();
}

function apply() {
  for (const name of Object.keys(PANES)) {
    if (kept[name]) document.body.style.setProperty(`--w-${name}`, `${kept[name]}px`);
    else document.body.style.removeProperty(`--w-${name}`);
  }
  place();
}

function separator(name) {
  const bar = Object.assign(document.createElement("div"), { className: "pane-edge", tabIndex: 0, role: "separator" });
  Object.assign(bar, { ariaOrientation: "vertical", ariaLabel: words[name] || name, ariaValueMin: PANES[name].from, ariaValueMax: PANES[name].to });
  const sign = PANES[name].side === "right" ? 1 : -1, width = () => pane(name).getBoundingClientRect().width;
  bar.addEventListener("pointerdown", (event) => { bar.setPointerCapture(event.pointerId); bar.classList.add("held"); event.preventDefault(); });
  bar.addEventListener("pointermove", (event) => {
    if (bar.classList.contains("held")) widen(name, width() + sign * (event.clientX - pane(name).getBoundingClientRect()[PANES[name].side]));
  });
  for (const end of ["pointerup", "pointercancel"]) bar.addEventListener(end, () => bar.classList.remove("held"));
  bar.addEventListener("dblclick", () => widen(name, null));
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 16, ArrowLeft: -16 }[event.key];
    if (!step && event.key !== "Enter") return;
    event.preventDefault();
    widen(name, step ? width() + sign * step : null);
  });
  return bar;
}

for (const name of Object.keys(PANES)) document.body.append(bars[name] = separator(name));
addEventListener("resize", place);
document.addEventListener("htmx:afterSettle", place);
apply();
