/* What was entered at the desk and is not yet sent: one entry an event in the browser's storage, so that nothing is
   lost when the page closes; sent in batches, each event with the nonce by which the server knows it again. */
(function () {
  "use strict";

  const MOST = 100;

  class Queue {
    constructor(key, url, token) {
      this.prefix = `door:${key}:event:`;
      this.url = url;
      this.token = token;
      this.sending = null;
    }

    /* All waiting events, the oldest first. */
    all() {
      const events = [];
      for (let n = 0; n < localStorage.length; n += 1) {
        const name = localStorage.key(n);
        if (!name.startsWith(this.prefix)) continue;
        try {
          events.push(JSON.parse(localStorage.getItem(name)));
        } catch {
          localStorage.removeItem(name);
        }
      }
      return events.sort((one, other) => one.order - other.order);
    }

    add(facts) {
      const event = { nonce: uuid(), happened_at: new Date().toISOString(), order: this.next(), ...facts };
      localStorage.setItem(this.prefix + event.nonce, JSON.stringify(event));
      return event;
    }

    /* Grows even if the clock is set back between two taps. */
    next() {
      this.last = Math.max(Date.now(), (this.last ?? 0) + 1);
      return this.last;
    }

    remove(nonce) {
      localStorage.removeItem(this.prefix + nonce);
    }

    /* Send what waits, one batch at a time. Resolves to {state, answer}: "empty", "sent", "offline", "signed_out",
       "refused" (with the server's words) or "failed". */
    send() {
      this.sending ??= this.sendBatch().finally(() => { this.sending = null; });
      return this.sending;
    }

    async sendBatch() {
      const events = this.all().slice(0, MOST);
      if (!events.length) return { state: "empty" };
      const sent = { sent_at: new Date().toISOString(), events: events.map(({ order, label, ...event }) => event) };
      const answer = await ask(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify(sent),
      });
      if (answer.state !== "answered") return { state: answer.state };
      if (answer.status === 409 || answer.status === 422) return { state: "refused", answer: answer.data };
      if (answer.status !== 200) return { state: "failed", status: answer.status };
      const problems = [];
      for (const { nonce, stored, reason } of answer.data.reports) {
        const event = events.find((one) => one.nonce === nonce);
        if (!stored) problems.push({ event, reason });
        this.remove(nonce);
      }
      for (const nonce of answer.data.unread) {
        const event = events.find((one) => one.nonce === nonce);
        if (event) problems.push({ event, reason: "" });
        this.remove(nonce);
      }
      return { state: "sent", answer: answer.data, problems };
    }
  }

  /* One request. The sign-in instead of an answer means that the sign-in or the pass has ended. */
  async function ask(url, options = {}) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), 15000);
    try {
      const response = await fetch(url, { redirect: "manual", signal: patience.signal, ...options });
      if (response.type === "opaqueredirect") return { state: "signed_out" };
      if (response.status === 404) return { state: "over" };
      const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
      const data = isJson ? await response.json() : null;
      return { state: "answered", status: response.status, data, etag: response.headers.get("ETag") };
    } catch {
      return { state: navigator.onLine ? "failed" : "offline" };
    } finally {
      clearTimeout(timer);
    }
  }

  /* crypto.randomUUID is missing where the page does not come by https. */
  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  window.Door = { Queue, ask, uuid };
})();
