// What stays in this browser, in the shop's own storage and only once the window was opened: the token, unsent messages.
const PREFIX = `comptoir:${SHOP.slug}:`, MEMORY = new Map();
const keep = {
  get(name) { try { return localStorage.getItem(PREFIX + name) ?? MEMORY.get(name) ?? null; } catch { return MEMORY.get(name) ?? null; } },
  set(name, value) { MEMORY.set(name, value); try { localStorage.setItem(PREFIX + name, value); } catch { /* kept in memory */ } },
  drop(name) { MEMORY.delete(name); try { localStorage.removeItem(PREFIX + name); } catch { /* kept in memory */ } },
  names() {
    const found = new Set(MEMORY.keys());
    try { for (let at = 0; at < localStorage.length; at++) { const key = localStorage.key(at); if (key.startsWith(PREFIX)) found.add(key.slice(PREFIX.length)); } } catch { /* kept in memory */ }
    return [...found];
  },
};
// This tab alone: whether the window stands open, and the words not sent yet.
const tab = {
  get(name) { try { return sessionStorage.getItem(PREFIX + name); } catch { return null; } },
  set(name, value) { try { if (value) sessionStorage.setItem(PREFIX + name, value); else sessionStorage.removeItem(PREFIX + name); } catch { /* nothing kept */ } },
};
// Files that wait to be sent: too heavy for the storage above.
const FILES = new Map();
const base = () => new Promise((done, fail) => {
  const asked = indexedDB.open("comptoir-chat", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("files");
  asked.onsuccess = () => done(asked.result);
  asked.onerror = fail;
});
const store = async (work) => { try { const db = await base(); return await new Promise((done, fail) => { const asked = work(db.transaction("files", "readwrite").objectStore("files")); asked.onsuccess = () => done(asked.result); asked.onerror = fail; }); } catch { return undefined; } };
const files = {
  put(key, file) { FILES.set(key, file); return store((box) => box.put(file, key)); },
  async get(key) { return FILES.get(key) || store((box) => box.get(key)); },
  drop(key) { FILES.delete(key); return store((box) => box.delete(key)); },
};
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64; bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((byte, at) => ([4, 6, 8, 10].includes(at) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}
// Each unsent message has a name of its own, so that two tabs never overwrite each other's.
const outbox = {
  add(item) { keep.set(`out:${item.key}`, JSON.stringify(item)); },
  drop(key) { if (keep.get(`out:${key}`) === null) return; keep.drop(`out:${key}`); files.drop(key); },
  list() {
    return keep.names().filter((name) => name.startsWith("out:")).map((name) => { try { return JSON.parse(keep.get(name)); } catch { return null; } })
      .filter(Boolean).sort((one, other) => one.at - other.at || (one.key < other.key ? -1 : 1));
  },
};
