// The page without a network: how many texts this device keeps, and back as soon as the network is.
const keptHere = Object.keys(localStorage).filter((key) => key.startsWith("draft:")).length;
if (keptHere) {
  const line = document.querySelector("[data-kept]");
  line.textContent = (keptHere > 1 ? line.dataset.many : line.dataset.one).replace("0", keptHere);
  line.hidden = false;
}
addEventListener("online", () => location.reload());
document.querySelector("[data-retry]").addEventListener("click", (event) => { event.preventDefault(); location.reload(); });
