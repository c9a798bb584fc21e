// "This changed": by a stream while it holds, by asking every three seconds while it does not. One tab of a site listens
// and tells the others, since a browser opens six connections to a host and no more.
let streaming = false, lastEvent = "", stop = null, listening = false;
const others = self.BroadcastChannel ? new BroadcastChannel(`${PREFIX}live`) : null;
if (others) others.onmessage = ({ data }) => heard(data);
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
// A conversation of the last day is followed with the window closed too, for the mark on the button.
const wanted = () => !!keep.get("token") && (panel.open || Date.now() - Number(keep.get("last") || 0) < DAY);

// "Camille writes", said before an answer was sent, may come after the answer: then it means nothing any more.
function heard(data) {
  if (data && data.typing && Date.now() - chat.answered < 1500) return;
  if (data && data.typing) { chat.typing = { name: data.typing, until: Date.now() + 7000 }; changed(); setTimeout(changed, 7100); } else refresh();
}
function listenLive() {
  if (listening || !wanted()) return;
  listening = true;
  const work = async () => { while (listening && wanted()) await once(); };
  const done = navigator.locks ? navigator.locks.request(`${PREFIX}live`, work) : work();
  done.catch(() => {}).finally(() => { listening = false; });
}
let tries = 0;
async function once() {
  stop = new AbortController();
  let quiet = 0;
  const watch = () => { clearTimeout(quiet); quiet = setTimeout(() => stop.abort(), 45000); };
  try {
    watch();
    const headers = { Authorization: `Bearer ${keep.get("token")}` };
    if (lastEvent) headers["Last-Event-ID"] = lastEvent;
    const response = await fetch(new URL("/live/", BASE), { headers, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", signal: stop.signal });
    if (!response.ok || !response.body) { if (response.status === 401) refresh(); throw new Error("no stream"); }
    streaming = true; tries = 0;
    refresh(); flush();
    const reader = response.body.getReader(), decoder = new TextDecoder();
    for (let rest = ""; ;) {
      const { value, done } = await reader.read();
      if (done) break;
      watch();
      const frames = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = frames.pop();
      frames.forEach(frame);
    }
  } catch { /* asked for again below */ }
  clearTimeout(quiet);
  streaming = false;
  if (listening && wanted()) await pause(Math.min(30000, 500 * 2 ** Math.min(tries++, 6)) * (0.75 + Math.random() / 2));
}
function frame(text) {
  let data = "";
  for (const line of text.split("\n")) {
    if (line.startsWith("id:")) lastEvent = line.slice(3).trim();
    if (line.startsWith("data:")) data += line.slice(5);
  }
  if (!data) return;
  try { const told = JSON.parse(data).data; heard(told); if (others) others.postMessage(told); } catch { /* not for us */ }
}
let beats = 0;
setInterval(() => {
  if (!keep.get("token") || document.hidden || !panel.open) return;
  beats++;
  tellPage();
  if (!listening) listenLive();
  if (!streaming && (!navigator.locks || tries || beats % 5 === 0)) refresh();
}, 3000);
addEventListener("online", () => { tries = 0; flush(); refresh(); });
addEventListener("pagehide", () => { listening = false; if (stop) stop.abort(); });
addEventListener("pageshow", (event) => { if (event.persisted) { listenLive(); refresh(); } });
addEventListener("storage", ({ key }) => { if (key && key.startsWith(PREFIX)) { changed(); if (key.endsWith(":token")) { refresh(); listenLive(); } } });
document.addEventListener("visibilitychange", () => { if (!document.hidden && keep.get("token")) { refresh(); flush(); } });
