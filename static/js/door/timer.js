/* The clock of the hall: which meeting runs, how long still, when the next one begins; by the server's time. */
(function () {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const place = byId("timer");
  const words = JSON.parse(byId("timer-words").textContent);
  let slots = JSON.parse(byId("timer-slots").textContent);
  let offset = Number(localStorage.getItem("door:offset") ?? 0);
  let bell = null;
  let last = "";
  const zone = { timeZone: "Asia/Shanghai", hour12: false, hour: "2-digit", minute: "2-digit" };
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, zone);
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" });
  const say = (name, facts = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => facts[key] ?? "");

  function write(id, text) {
    if (byId(id).textContent !== text) byId(id).textContent = text;
  }

  /* Where a moment lies: in a slot, before one, or after all. */
  function position(now) {
    const running = slots.findIndex((slot) => slot.starts <= now && now < slot.ends);
    const next = slots.findIndex((slot) => slot.starts > now);
    return { running, next };
  }

  function tick() {
    const now = Date.now() + offset;
    const { running, next } = position(now);
    const today = slots.filter((slot) => day.format(slot.starts) === day.format(now));
    const until = running >= 0 ? slots[running].ends : next >= 0 ? slots[next].starts : 0;
    write("timer-clock", clock.format(now));
    write("timer-left", until ? left(until - now) : "–");
    write("timer-slot", heading(running, next, today));
    write("timer-next", next >= 0 && running >= 0 ? say("next", { time: clock.format(slots[next].starts) }) : "");
    byId("timer-bar").value = running >= 0 ? share(slots[running], now) : 0;
    place.classList.toggle("is-ending", running >= 0 && until - now < 120000);
    place.classList.toggle("is-pause", running < 0);
    ring(`${running}`, now, until);
  }

  function heading(running, next, today) {
    if (!slots.length) return say("none");
    if (running >= 0) {
      const facts = { n: today.indexOf(slots[running]) + 1, all: today.length };
      return `${say("running", facts)} · ${say("ends", { time: clock.format(slots[running].ends) })}`;
    }
    if (next < 0) return say("over");
    const sameDay = today.includes(slots[next]) && today[0] !== slots[next];
    return sameDay ? say("pause") : say("before", { time: `${day.format(slots[next].starts)} ${clock.format(slots[next].starts)}` });
  }

  function left(milliseconds) {
    const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    if (hours >= 100) return "–";
    const minutes = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    return hours ? `${hours}:${minutes}` : minutes;
  }

  function share(slot, now) {
    return Math.round((1000 * (now - slot.starts)) / (slot.ends - slot.starts));
  }

  /* One stroke two minutes before the end, three when a meeting begins or ends. */
  function ring(state, now, until) {
    const soon = state !== "-1" && until - now < 120000 ? "soon" : "";
    const key = `${state}${soon}`;
    if (last && key !== last) {
      write("timer-said", `${byId("timer-slot").textContent} ${byId("timer-left").textContent}`);
      strike(soon && last === state ? 1 : 3);
    }
    last = key;
  }

  function strike(times) {
    if (!bell) return;
    for (let n = 0; n < times; n += 1) {
      const [tone, volume] = [bell.createOscillator(), bell.createGain()];
      const at = bell.currentTime + n * 0.9;
      tone.frequency.value = 880;
      volume.gain.setValueAtTime(0.4, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.8);
      tone.connect(volume).connect(bell.destination);
      tone.start(at);
      tone.stop(at + 0.8);
    }
  }

  function showSound() {
    const button = byId("timer-sound");
    button.textContent = say(bell ? "on" : "off");
    button.setAttribute("aria-pressed", String(Boolean(bell)));
  }
  byId("timer-sound").addEventListener("click", () => {
    if (bell) bell.close();
    bell = bell ? null : new AudioContext();
    showSound();
    strike(1);
  });
  byId("timer-full").addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => null);
    navigator.wakeLock?.request("screen").catch(() => null);
  });

  /* Our clock against the server's; slots that were changed come with it. */
  async function compare() {
    try {
      const before = Date.now();
      const answer = await fetch(place.dataset.url, { redirect: "manual" });
      if (!answer.ok) return;
      const told = await answer.json();
      offset = told.now - (before + Date.now()) / 2;
      slots = told.slots;
      localStorage.setItem("door:offset", String(Math.round(offset)));
    } catch {
      /* without network the last difference counts */
    }
  }

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(place.dataset.worker, { scope: "/door/" })
      .then(() => caches.open("door-2")).then((cache) => cache.add(location.pathname)).catch(() => null);
  }
  showSound();
  compare();
  tick();
  setInterval(tick, 250);
  setInterval(compare, 60000);
})();
