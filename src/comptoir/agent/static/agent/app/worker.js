// The service worker, served as /sw.js behind a line that says RELEASE. It keeps files whose name holds their hash and the
// page without a network; never a page of the console, never anything about anybody. A new release takes over at once:
// nothing that it could contradict is kept.
const CACHE = `comptoir-${RELEASE.version}`;
const HASHED = /^\/static\/.+\.[0-9a-f]{12}\.\w+$/;
const CONSOLE = (url) => url.origin === location.origin && !/^\/(s|api)\//.test(url.pathname);

addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll([RELEASE.offline, ...RELEASE.files].map((url) => new Request(url, { cache: "reload" })));
  await skipWaiting();
})()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("comptoir-") && name !== CACHE) await caches.delete(name);
  await clients.claim();
})()));

async function kept(request) {
  const found = await caches.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.status === 200) caches.open(CACHE).then((cache) => cache.put(request, answer.clone())).catch(() => {});
  return answer;
}

addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || !CONSOLE(url)) return;
  if (HASHED.test(url.pathname)) event.respondWith(kept(request));
  else if (RELEASE.files.includes(url.pathname)) event.respondWith(fetch(request).catch(() => caches.match(request)));
  else if (request.mode === "navigate" && request.destination === "document") {
    event.respondWith(fetch(request).catch(() => caches.match(RELEASE.offline)));
  }
});

addEventListener("push", (event) => event.waitUntil((async () => {
  let told = {};
  try { told = event.data?.json() ?? {}; } catch { /* not ours: say only that there is something */ }
  await (told.count ? navigator.setAppBadge?.(told.count) : navigator.clearAppBadge?.());
  const path = new URL(told.url || "/", location.origin).pathname;
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  if (told.tag !== "trial" && open.some((page) => page.focused && new URL(page.url).pathname === path)) return;
  await registration.showNotification(told.title || "Comptoir", {
    body: told.body || RELEASE.words, tag: told.tag || "comptoir", renotify: true, lang: told.lang || "fr",
    icon: RELEASE.icon, badge: RELEASE.badge, data: { url: told.url || "/" },
  });
})()));

addEventListener("notificationclick", (event) => event.waitUntil((async () => {
  event.notification.close();
  const url = new URL(event.notification.data?.url || "/", location.origin);
  const open = (await clients.matchAll({ type: "window", includeUncontrolled: true })).filter((page) => CONSOLE(new URL(page.url)));
  const page = open.find((one) => new URL(one.url).pathname === url.pathname) || open.find((one) => one.focused) || open[0];
  const there = page && (await page.navigate(url.href).catch(() => null)); // null: not ours to lead
  return there ? there.focus().catch(() => {}) : clients.openWindow(url.href);
})()));
