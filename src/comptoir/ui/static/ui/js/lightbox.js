// Pictures at full size: <a href="/files/…" data-lightbox="message-7" data-name="recu.jpg">. Same value, same series.
const dialog = document.getElementById("lightbox");
let series = [], at = 0, turn = 0;

function show(position) {
  at = (position + series.length) % series.length;
  turn = 0;
  const link = series[at], image = dialog.querySelector("[data-image]");
  image.className = "";
  image.src = link.dataset.full || link.href;
  image.alt = link.dataset.name || "";
  dialog.querySelector("[data-name]").textContent = `${link.dataset.name || ""}${series.length > 1 ? ` · ${at + 1} / ${series.length}` : ""}`;
  const save = dialog.querySelector("[data-download]");
  save.href = link.href;
  save.download = link.dataset.name || "";
  for (const name of ["previous", "next"]) dialog.querySelector(`[data-do=${name}]`).hidden = series.length < 2;
}

const ACTIONS = {
  previous: () => show(at - 1),
  next: () => show(at + 1),
  turn: () => {
    turn = (turn + 1) % 4;
    const image = dialog.querySelector("[data-image]");
    image.classList.remove("turn-1", "turn-2", "turn-3");
    if (turn) image.classList.add(`turn-${turn}`);
  },
  zoom: () => dialog.querySelector("[data-image]").classList.toggle("zoomed"),
  close: () => dialog.close(),
};

if (dialog) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-lightbox]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    series = [...document.querySelectorAll(`a[data-lightbox="${CSS.escape(link.dataset.lightbox)}"]`)];
    show(series.indexOf(link));
    dialog.showModal();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target.matches("[data-image]")) return ACTIONS.zoom();
    if (event.target.matches("figure")) return ACTIONS.close();
    ACTIONS[event.target.closest("[data-do]")?.dataset.do]?.();
  });
  dialog.addEventListener("keydown", (event) => {
    const name = { ArrowLeft: "previous", ArrowRight: "next", r: "turn", z: "zoom" }[event.key];
    if (name && (series.length > 1 || name === "turn" || name === "zoom")) { event.preventDefault(); event.stopPropagation(); ACTIONS[name](); }
  });
  dialog.addEventListener("close", () => { dialog.querySelector("[data-image]").removeAttribute("src"); });
}
