// Keeps the shop's pages readable without a network: what pages are drawn with, and the order pages opened on this device.
// The network always comes first; what is kept is shown only when there is none, and says so.

const told = __TOLD__;
const SHELL = `shell ${told.home} ${told.version}`;
const KEPT = `orders ${told.home}`;
const MOST = 20;
const LONGEST = 30 * 24 * 3600 * 1000;
const ORDER = `${told.home}o/`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((cache) => cache.addAll([...told.shell, told.offline]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldShells().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith(told.static)) event.respondWith(drawnWith(request));
  else if (request.mode === "navigate") event.respondWith(page(request, url));
});

self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(show(event.data.json()));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});

// Shown first, told after: a report that is lost costs a second message at worst, a notification that is lost all.
const show = async (said) => {
  const { title, body, tag, lang, url, seen } = said;
  await self.registration.showNotification(title, { body, tag, lang, renotify: true, icon: told.icon, data: { url } });
  await fetch(seen, { method: "POST", keepalive: true }).catch(() => {});
};

const forgetOldShells = async () => {
  const mine = (name) => name.startsWith(`shell ${told.home} `) && name !== SHELL;
  await Promise.all((await caches.keys()).filter(mine).map((name) => caches.delete(name)));
};

const drawnWith = async (request) => {
  const cache = await caches.open(SHELL);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
};

const page = async (request, url) => {
  try {
    const answer = await fetch(request);
    if (url.pathname.startsWith(ORDER)) await keep(url, answer.clone());
    return answer;
  } catch {
    return (await kept(url)) ?? (await caches.match(told.offline)) ?? Response.error();
  }
};

const keep = async (url, answer) => {
  const cache = await caches.open(KEPT);
  if (!answer.ok || answer.redirected) {
    // A link that opens nothing any more must not open here either.
    if (answer.status < 500) await cache.delete(url.pathname);
    return;
  }
  // When it was kept stands in the page itself, so that the page can say so.
  const html = (await answer.text()).replace("<html ", `<html data-kept="${new Date().toISOString()}" `);
  await cache.put(url.pathname, new Response(html, { headers: answer.headers }));
  await forgetOldest(cache);
};

const kept = async (url) => (await caches.open(KEPT)).match(url.pathname);

const forgetOldest = async (cache) => {
  const since = Date.now() - LONGEST;
  const all = await Promise.all(
    (await cache.keys()).map(async (request) => {
      const answer = await cache.match(request);
      const [, at] = (await answer.text()).match(/data-kept="([^"]+)"/) ?? [];
      return { request, at: Date.parse(at) || 0 };
    }),
  );
  const newest = all.sort((one, other) => other.at - one.at);
  const gone = newest.filter((one, place) => place >= MOST || one.at < since);
  await Promise.all(gone.map((one) => cache.delete(one.request)));
};
