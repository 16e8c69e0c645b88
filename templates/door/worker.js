{% load static %}/* Keeps the desk and the timer, and nothing else, for times without network: the network first, then what was kept. */
"use strict";

const KEPT = "door-2";
const PAGES = /^\/door\/[\w-]+\/(timer\/)?$/;
const ASSETS = [
  "{% static "tabler.min.css" %}", "{% static "tom-select.min.css" %}", "{% static "tabler-vendors.min.css" %}",
  "{% static "css/tokens.css" %}", "{% static "css/layout.css" %}", "{% static "css/components.css" %}",
  "{% static "css/matching.css" %}", "{% static "css/print.css" %}", "{% static "css/fairs.css" %}",
  "{% static "css/door.css" %}", "{% static "img/logo.svg" %}", "{% static "icons.svg" %}", "{% static "jsqr.js" %}",
  "{% static "js/site.js" %}", "{% static "tabler.min.js" %}", "{% static "tom-select.min.js" %}",
  "{% static "js/door/queue.js" %}", "{% static "js/door/guests.js" %}", "{% static "js/door/scan.js" %}",
  "{% static "js/door/rows.js" %}", "{% static "js/door/desk.js" %}", "{% static "js/door/timer.js" %}",
];
const PATIENCE = 4000; // a network that hangs is as good as none

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(KEPT);
    await Promise.all(ASSETS.map((url) => cache.add(url).catch(() => null)));
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const clear = async () => {
    for (const name of await caches.keys()) if (name !== KEPT && name.startsWith("door-")) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clear());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && PAGES.test(url.pathname)) event.respondWith(page(event.request, url));
  else if (event.request.mode !== "navigate" && /\.(css|js|svg)$/.test(url.pathname)) event.respondWith(asset(event.request));
});

async function page(request, url) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await within(fetch(request));
    const own = answer.ok && !answer.redirected;
    if (own) await cache.put(url.pathname, answer.clone());
    else if (answer.status < 500) await cache.delete(url.pathname); // signed out, or the pass was taken back
    return answer;
  } catch {
    return (await cache.match(url.pathname)) ?? Response.error();
  }
}

async function asset(request) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await within(fetch(request));
    if (answer.ok && new URL(request.url).pathname !== self.location.pathname) await cache.put(request, answer.clone());
    return answer;
  } catch {
    return (await cache.match(request, { ignoreSearch: true })) ?? Response.error();
  }
}

function within(promise) {
  const late = new Promise((_, refuse) => setTimeout(() => refuse(new Error("late")), PATIENCE));
  return Promise.race([promise, late]);
}
