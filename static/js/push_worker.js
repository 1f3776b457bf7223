// Shows what the site tells a device, and leads to it. It keeps nothing and answers no request.
const PLACE = '/notifications';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => {
  let told = {};
  try { told = event.data.json(); } catch { /* a browser wants something shown, whatever came */ }
  const { title = 'Something happened', body = '', tag = '', path = PLACE } = told;
  event.waitUntil(self.registration.showNotification(title, { body, tag, data: { path } }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const place = new URL(event.notification.data?.path ?? PLACE, self.location.origin);
  const address = place.origin === self.location.origin ? place.href : PLACE;
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const there = open.find((client) => client.url === address);
    await (there ? there.focus() : self.clients.openWindow(address));
  })());
});

self.addEventListener('pushsubscriptionchange', (event) => {
  event.waitUntil((async () => {
    const options = event.oldSubscription?.options;
    const made = event.newSubscription ?? (options && await self.registration.pushManager.subscribe(options));
    if (!made) return;
    const { endpoint, keys: { p256dh, auth } } = made.toJSON();
    await fetch('/settings/push?fragment=1', { method: 'POST', body: new URLSearchParams({ endpoint, p256dh, auth }) });
  })());
});
