// Once a page. Before a visitor opens the window nothing is stored and nothing is sent.
function begin() {
  if (document.querySelector("[data-comptoir-chat]")) return;
  mount();
  let planned = false;
  changed = () => { if (!planned) { planned = true; queueMicrotask(() => { planned = false; draw(); }); } };
  draw();
  if (panel.open) open(false);
  else if (keep.get("token")) { if (wanted()) { refresh(); listenLive(); flush(); } tellPage(); }
  setInterval(() => { if (!document.hidden) { draw(); tellPage(); } }, 15000);
}
const ready = () => { if (WORDS[LANG]) begin(); else learn().then(begin); };
if (document.body) ready(); else addEventListener("DOMContentLoaded", ready);
