// « Installer Comptoir »: said once, in a line that goes away; afterwards in one's menu and account ([data-install]).
let offer = null;

function show() {
  for (const button of document.querySelectorAll("[data-install]")) button.hidden = !offer;
}

function once() {
  const line = document.getElementById("install-offer")?.content.firstElementChild.cloneNode(true);
  if (!line || !document.body.dataset.me || localStorage.getItem("install-offered")) return;
  localStorage.setItem("install-offered", new Date().toISOString());
  document.getElementById("toasts")?.append(line);
}

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offer = event;
  once();
  show();
});
addEventListener("appinstalled", () => {
  offer = null;
  document.querySelector("[data-install-line]")?.remove();
  show();
});

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-install-later]")) event.target.closest("[data-install-line]").remove();
  if (!event.target.closest("[data-install]") || !offer) return;
  event.target.closest("[data-install-line]")?.remove();
  const asked = offer;
  offer = null;
  await asked.prompt();
  show();
});
document.addEventListener("htmx:afterSettle", show);
