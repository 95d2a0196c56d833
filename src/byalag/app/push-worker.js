// Shows what the hub has pushed, and opens its link, at the hub and nowhere else.

self.addEventListener("push", (event) => {
  const said = event.data?.json();
  if (!said) return;
  const { title, body, tag, lang, url } = said;
  event.waitUntil(self.registration.showNotification(title, { body, tag, lang, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url || "/", self.location.origin);
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url));
});
