// The calls, and the one place where what the server tells becomes what the window shows.
const chat = { messages: new Map(), people: {}, state: null, ended: null, known: false, with: null, typing: null, answered: 0, offline: false };
let changed = () => {};
const here = () => ({ url: location.origin + location.pathname, title: document.title.slice(0, 200) });

async function call(path, body, method = "POST") {
  const token = keep.get("token"), headers = { "Accept-Language": LANG }, wait = new AbortController();
  if (token) headers.Authorization = `Bearer ${token}`;
  const form = body instanceof FormData;
  if (body && !form) headers["Content-Type"] = "application/json";
  const timer = setTimeout(() => wait.abort(), form ? 120000 : 20000);
  try {
    const response = await fetch(`${BASE}chat/${path}`, { method, headers, body: body && !form ? JSON.stringify(body) : body, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", signal: wait.signal });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw Object.assign(new Error(answer.error || "failed"), { status: response.status, words: answer.message, pause: Number(response.headers.get("Retry-After")) || 0 });
    return answer;
  } finally { clearTimeout(timer); }
}

function take(answer) {
  if (answer.token) keep.set("token", answer.token);
  if (answer.state) chat.state = { ...answer.state, until: Date.parse(answer.state.until) || 0, returns: Date.parse(answer.state.returns) || 0 };
  if (answer.messages) {
    Object.assign(chat, { ended: answer.ended, known: answer.known, with: answer.people[answer.with] || null });
    // Who they are is told anew each time under short names: those are put in place here.
    for (const message of answer.messages) {
      message.person = answer.people[message.who] || null;
      if (!message.mine && !chat.messages.has(message.id)) Object.assign(chat, { typing: null, answered: Date.now() });
      chat.messages.set(message.id, message);
      if (message.key) outbox.drop(message.key);
    }
    keep.set("last", String(Date.now()));
  }
  chat.offline = false;
  changed();
}
const newest = () => [...chat.messages.values()].reduce((last, one) => (!last || one.at > last.at ? one : last), null);

let reading = null, readAgain = false;
async function refresh() {
  if (!keep.get("token")) return;
  if (reading) { readAgain = true; return reading; }
  reading = (async () => {
    do { readAgain = false; const last = newest(); await attempt(() => call(`messages?after=${last ? last.id : ""}`, null, "GET").then(take)); } while (readAgain);
  })();
  try { await reading; } finally { reading = null; }
}
async function attempt(work) {
  try { return await work(); } catch (error) {
    if (error.status === 404 && error.message === "no_chat") forget(); else if (!error.status) { chat.offline = true; changed(); }
    return null;
  }
}
// The conversation is gone (erased, or the token too old): what was not sent yet begins another.
function forget() { for (const name of ["token", "last", "read", "asked"]) keep.drop(name); chat.messages.clear(); Object.assign(chat, { ended: null, known: false, with: null }); changed(); }

let sending = false, failures = 0, retry = 0;
async function flush() {
  if (sending) return;
  sending = true;
  clearTimeout(retry);
  try {
    const work = () => sendAll();
    await (navigator.locks ? navigator.locks.request(`${PREFIX}send`, work) : work());
    failures = 0;
  } catch (error) {
    if (!error.status) { chat.offline = true; changed(); }
    const pause = error.pause ? error.pause * 1000 : Math.min(30000, 1000 * 2 ** failures++) * (0.75 + Math.random() / 2);
    retry = setTimeout(flush, pause);
  } finally { sending = false; }
  if (!failures && outbox.list().some((item) => !item.refused)) flush();
}
async function sendAll() {
  for (;;) {
    const item = outbox.list().find((one) => !one.refused);
    if (!item) return;
    const started = !!keep.get("token");
    try { take(await sendOne(item)); outbox.drop(item.key); changed(); if (!started) listenLive(); } catch (error) {
      if (error.status === 404 && started) forget();
      else if ([400, 404, 413, 422].includes(error.status)) { outbox.add({ ...item, refused: error.words || say("refused") }); changed(); }
      else throw error;
    }
  }
}
async function sendOne(item) {
  const values = { client_key: item.key, text: item.text, url: item.url, title: item.title, language: (document.documentElement.lang || navigator.language || "").slice(0, 10) };
  const path = keep.get("token") ? "messages" : "start", last = newest();
  const query = last && path === "messages" ? `?after=${last.id}` : "";
  if (!item.file) return call(path + query, values);
  const file = await files.get(item.key);
  if (!file) throw Object.assign(new Error("lost"), { status: 422, words: say("refused") });
  const form = new FormData();
  for (const name in values) form.append(name, values[name]);
  form.append("file", file, item.file);
  return call(path + query, form);
}
async function write(text, file) {
  const item = { key: newKey(), text, at: Date.now(), ...here() };
  if (file) { item.file = file.name; await files.put(item.key, file); }
  outbox.add(item);
  changed();
  return flush();
}
