// What waits for this agent, wherever they look: "(3)" before the title, a dot on the tab's icon and on « Boîte », a number
// on the installed application. One tab asks, the others hear it; the event "attention" tells the page (ring.js, device.js).
const { me } = document.body.dataset, channel = new BroadcastChannel(`comptoir-attention-${me}`);
const icon = document.querySelector("link[rel=icon]"), plain = icon?.getAttribute("href");
const dot = document.querySelector("meta[name=favicon-dot]")?.content;
let timer = null, count = null, newestAnswer = 0, queued = false;

function show() {
  if (count === null) return;
  const bare = document.title.replace(/^\(\d+\+?\) /, ""), title = count ? `(${count > 99 ? "99+" : count}) ${bare}` : bare;
  if (document.title !== title) document.title = title;
  const drawn = count ? dot : plain;
  if (dot && icon.getAttribute("href") !== drawn) icon.setAttribute("href", drawn);
  const inbox = document.querySelector(".rail a.on-phone"), pip = inbox?.querySelector(".pip");
  if (!count) pip?.remove();
  else if (inbox && !pip) inbox.querySelector(".i").after(Object.assign(document.createElement("b"), { className: "pip" }));
}

function hear(told) {
  newestAnswer = Math.max(newestAnswer, told.asked);
  if (told.count !== count) (told.count ? navigator.setAppBadge?.(told.count) : navigator.clearAppBadge?.())?.catch(() => {});
  count = told.count;
  show();
  document.dispatchEvent(new CustomEvent("attention", { detail: told }));
}

async function fetched(since) {
  queued = false;
  if (newestAnswer > since) return; // another tab has asked since
  const asked = Date.now();
  const answer = await fetch("/account/attention/", { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const told = { ...(await answer.json()), asked };
  channel.postMessage(told);
  hear(told);
}

function ask() {
  timer = null;
  if (queued) return;
  queued = true;
  const since = Date.now(), go = () => fetched(since);
  if (navigator.locks) navigator.locks.request("comptoir-attention", go);
  else go();
}
// A tab in the background asks at once: its clock may run a minute late.
const soon = () => { if (document.hidden) ask(); else timer ??= setTimeout(ask, 400); };

if (me) {
  channel.onmessage = ({ data }) => hear(data);
  for (const name of ["live:inbox", "live:*"]) document.addEventListener(name, soon);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
  document.addEventListener("htmx:afterSettle", show); // a page that was swapped in brings a title of its own
  soon();
}
