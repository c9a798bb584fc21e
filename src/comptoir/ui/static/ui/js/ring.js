// A new message in one's own conversations while no tab of the console is in view: two soft notes, and the system's own
// notification when this browser has no push.
const { me } = document.body.dataset, KEY = `ring:${me}`;
let audio = null, leave = null;

function note(pitch, at) {
  const tone = new OscillatorNode(audio, { type: "sine", frequency: pitch }), loud = new GainNode(audio, { gain: 0 });
  tone.connect(loud).connect(audio.destination);
  loud.gain.setValueAtTime(0, at);
  loud.gain.linearRampToValueAtTime(0.08, at + 0.02);
  loud.gain.exponentialRampToValueAtTime(0.0005, at + 0.45);
  tone.start(at);
  tone.stop(at + 0.5);
}

async function chime() {
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return; // a page nobody has touched stays silent
  audio ??= new AudioContext(); // made now, not at the first touch: opening the sound card holds the page up
  await audio.resume();
  note(659.25, audio.currentTime);
  note(987.77, audio.currentTime + 0.14);
}

// While it is looked at, a tab holds a lock that the others can see.
function view() {
  if (document.hidden) { leave?.(); leave = null; }
  else if (!leave) navigator.locks?.request("comptoir-view", { mode: "shared" }, () => new Promise((done) => { leave = done; }));
}
const looked = async () => !document.hidden || ((await navigator.locks?.query())?.held ?? []).some(({ name }) => name === "comptoir-view");

async function show({ title, body, tag, url }) {
  const icon = document.querySelector("link[rel=apple-touch-icon]")?.href, said = { body, tag, icon, data: { url } };
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker?.active) await worker.showNotification(title, said);
}

async function news({ newest, quiet, sound, rings }) {
  const known = localStorage.getItem(KEY);
  if (newest && newest.message <= Number(known)) return;
  localStorage.setItem(KEY, newest?.message ?? known ?? 0);
  if (!newest || known === null || quiet || (await looked())) return; // the first look is no news
  if (sound) chime();
  if (!rings && window.Notification?.permission === "granted") await show(newest);
}

if (me) {
  document.addEventListener("attention", ({ detail }) => (navigator.locks ? navigator.locks.request("comptoir-ring", () => news(detail)) : news(detail)));
  document.addEventListener("visibilitychange", view);
  view();
}
