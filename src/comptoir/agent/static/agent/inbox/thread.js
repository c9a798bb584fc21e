// The open conversation: says every 15 s that the agent is there and what they write, shows that the visitor types, keeps
// unfolded messages unfolded.
const BEAT = 15000, READ_AFTER = 1200, TYPING_FOR = 4000;
let shown = null, writing = "", told = 0, reading = null, typing = null;
const main = () => document.querySelector("#main[data-conversation]");

function tell(more = {}) {
  const here = main();
  if (!here || document.hidden) return;
  told = Date.now();
  const place = here.querySelector(".presence");
  window.htmx.ajax("POST", here.dataset.presence, { source: place, target: place, swap: "innerHTML", values: { writing, ...more } });
}

function leave() {
  if (!shown) return;
  const body = new URLSearchParams({ left: "1", csrfmiddlewaretoken: document.body.dataset.csrf });
  navigator.sendBeacon(shown, body);
  shown = null;
}

function look() {
  const address = main()?.dataset.presence || null;
  if (address === shown) return;
  leave();
  shown = address;
  writing = "";
  clearTimeout(reading);
  if (!shown) return;
  tell();
  reading = setTimeout(() => tell({ read: "1" }), READ_AFTER);
}

setInterval(() => {
  if (writing && Date.now() - lastKey > 10000) writing = "";
  tell({ read: document.hasFocus() ? "1" : "" });
}, BEAT);

let lastKey = 0;
document.addEventListener("input", (event) => {
  const form = event.target.closest("#main form[data-kind]");
  if (!form || !main()) return;
  lastKey = Date.now();
  const kind = form.dataset.kind === "note" ? "note" : "reply";
  if (kind !== writing || Date.now() - told > 5000) { writing = kind; tell(); }
  const newest = Number(document.querySelector(".stream")?.dataset.newest || 0), seen = form.querySelector("[data-based-on]");
  if (seen && Number(seen.value) < newest) seen.value = newest; // typed with these messages before one's eyes
  const revision = form.querySelector("[data-revision]");
  if (revision) revision.value = Number(revision.value) + 1;
}, true);

// Sent: nobody is told any more that the agent writes, not even by a beat while the answer is on its way.
const sent = (event) => event.detail.requestConfig?.verb !== "get" && event.detail.elt.matches?.("form[data-kind]");
document.addEventListener("htmx:beforeRequest", (event) => { if (sent(event)) writing = ""; });
document.addEventListener("htmx:afterRequest", (event) => { if (sent(event) && event.detail.successful) { writing = ""; tell(); } });

document.addEventListener("live:conversation", (event) => {
  const { topic, data } = event.detail, place = document.querySelector("[data-visitor]");
  if (!place || topic !== `conversation:${main()?.dataset.conversation}`) return;
  if (data?.page) window.htmx.trigger(place.closest(".presence"), "refresh");
  if (data?.typing !== "visitor") return;
  place.hidden = false;
  clearTimeout(typing);
  typing = setTimeout(() => { place.hidden = true; }, TYPING_FOR);
});

document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters, verb } = event.detail;
  const open = [...document.querySelectorAll("[data-unfolded]")].map((message) => message.dataset.unfolded);
  if (verb === "get" && elt.classList?.contains("stream") && open.length) parameters.open = open.join(",");
});
if (window.Idiomorph) { // what a person opened stays open
  window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.matches?.("details"));
}
document.addEventListener("htmx:afterSettle", look);
document.addEventListener("visibilitychange", () => (document.hidden ? leave() : look()));
addEventListener("pagehide", leave);
look();
