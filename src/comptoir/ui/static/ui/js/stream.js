// One event stream per browser: the tab that holds the lock listens, the others hear it through a channel.
// The server says "conversation:42 changed"; whoever shows it (data-live="conversation:42") fetches it again.
const address = document.body.dataset.stream;
const words = document.getElementById("words").dataset;
const channel = new BroadcastChannel("comptoir-live");
const pending = [];
let timer = null, source = null, lost = null, release = null;

function refresh() {
  timer = document.querySelector("[data-live] :popover-open") ? setTimeout(refresh, 300) : null; // a menu in hand is not redrawn
  if (timer || document.hidden) return; // caught up when the tab is looked at again
  const waiting = pending.splice(0);
  for (const element of document.querySelectorAll("[data-live]")) {
    const topics = element.dataset.live.split(" ");
    if (waiting.some((topic) => topic === "*" || topics.includes(topic))) window.htmx.trigger(element, "refresh");
  }
}

function hear(signal) {
  pending.push(signal.topic);
  document.dispatchEvent(new CustomEvent(`live:${signal.topic.split(":")[0]}`, { detail: signal }));
  timer ??= setTimeout(refresh, 100);
}
const tell = (signal) => { channel.postMessage({ signal }); hear(signal); };

function state(up) {
  if (up && lost === true) {
    hear({ topic: "*" });
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: words.back, replace: "live" } }));
  }
  clearTimeout(typeof lost === "number" ? lost : 0);
  lost = up ? null : lost === true ? true : setTimeout(() => {
    lost = true; document.dispatchEvent(new CustomEvent("toast", { detail: { text: words.lost, replace: "live", seconds: 0 } }));
  }, 3000);
}

function listen(taken) {
  source = new EventSource(address);
  source.addEventListener("changed", ({ data }) => tell(JSON.parse(data)));
  source.onopen = () => {
    state(true); channel.postMessage({ up: true });
    if (taken) { tell({ topic: "*" }); taken = false; } // between two tabs' streams all may have missed something
  };
  source.onerror = () => {
    if (lost === null) { state(false); channel.postMessage({ up: false }); }
    if (source?.readyState === EventSource.CLOSED) setTimeout(() => { if (source) { source.close(); listen(taken); } }, 5000);
  };
}

channel.onmessage = ({ data }) => (data.signal ? hear(data.signal) : state(data.up));
const lead = (taken) => { if (!source) listen(taken); return new Promise((resolve) => { release = resolve; }); };
const lock = (options, held) => navigator.locks.request("comptoir-live", options, held);
const queue = () => (navigator.locks ? lock({ ifAvailable: true }, (free) => (free ? lead() : void lock({}, () => lead(true)))) : lead());
if (address) {
  queue();
  addEventListener("pagehide", () => { source?.close(); source = null; release?.(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { queue(); hear({ topic: "*" }); } });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && pending.length) refresh(); });
}
