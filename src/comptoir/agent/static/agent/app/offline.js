// The page without a network: how many texts this device keeps, and back as soon as the network is.
const begun = (key) => {
  try { return /\S/.test(String(JSON.parse(localStorage.getItem(key)).values.body ?? "").replace(/<[^>]*>|&nbsp;/g, "")); } catch { return false; }
};
const keptHere = Object.keys(localStorage).filter((key) => key.startsWith("draft:") && begun(key)).length;
if (keptHere) {
  const line = document.querySelector("[data-kept]");
  line.textContent = (keptHere > 1 ? line.dataset.many : line.dataset.one).replace("0", keptHere);
  line.hidden = false;
}
async function back() { // the network may be there and the server away
  if ((await fetch("/health", { cache: "no-store" }).catch(() => null))?.ok) location.reload();
}
addEventListener("online", () => { back(); setTimeout(back, 2000); });
setInterval(back, 10000);
document.querySelector("[data-retry]").addEventListener("click", (event) => { event.preventDefault(); location.reload(); });
