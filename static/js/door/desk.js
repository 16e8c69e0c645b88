/* The desk: search, one tap, somebody else, walk-ins, badges; what other desks enter comes by itself. */
(function () {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const desk = byId("desk");
  const { Queue, Guests, Scanner, ask, counts, draw, found, say, uuid } = window.Door;
  const SHOWN = 30;
  const EVERY = 5000;

  const queue = new Queue(desk.dataset.key, desk.dataset.events, desk.querySelector("[name=csrfmiddlewaretoken]").value);
  const guests = new Guests(desk.dataset.key);
  const search = byId("door-words");
  const opened = new Set();
  let link = "online";
  let rows = new Map();
  let toastTimer = 0;

  /* What is shown. Only lines that have changed are drawn anew, so that whoever types in one is not disturbed. */
  function show() {
    const waiting = queue.all();
    rows = guests.shown(waiting);
    const fitting = found(rows, search.value);
    const list = byId("door-rows");
    const lines = fitting.slice(0, SHOWN).map(line);
    const note = noteFor(fitting);
    const wanted = note ? [...lines, note] : lines;
    const same = wanted.length === list.children.length && wanted.every((one, n) => one === list.children[n]);
    if (!same) list.replaceChildren(...wanted);
    list.setAttribute("aria-busy", "false");
    byId("door-counts").textContent = rows.size ? say("here", counts(rows)) : "";
    showLink(waiting.length);
  }

  const drawn = new Map();
  function line(row) {
    const { haystack, ...told } = row;
    const told_text = JSON.stringify(told);
    const known = drawn.get(row.id);
    if (known?.told === told_text || known?.element.contains(document.activeElement?.closest("form.guest-other"))) {
      return known.element;
    }
    const focused = known?.element.contains(document.activeElement) ? document.activeElement : null;
    const element = draw(row, { open: opened.has(row.id) });
    drawn.set(row.id, { told: told_text, element });
    if (focused) queueMicrotask(() => refocus(element, focused));
    return element;
  }

  function refocus(element, before) {
    const same = before.dataset.person ? `[data-person="${before.dataset.person}"]` : "[data-does]:not([hidden])";
    element.querySelector(same)?.focus();
  }

  function noteFor(fitting) {
    let text = "";
    if (fitting.length > SHOWN) text = say("more", { n: fitting.length - SHOWN });
    else if (link === "over" || link === "signed_out") text = "";
    else if (!rows.size) text = say(link === "online" ? "loading" : "never_loaded");
    else if (!fitting.length) text = say(search.value.trim() ? "nobody" : "all_here");
    if (!text) return null;
    const note = document.createElement("p");
    note.className = "card-body text-secondary mb-0";
    note.textContent = text;
    return note;
  }

  function showLink(waiting) {
    const parts = [say(link)];
    if (waiting) parts.push(say("waiting", { n: waiting }));
    const place = byId("door-link");
    const text = parts.join(" · ");
    if (place.textContent !== text) place.textContent = text;
    desk.dataset.link = link;
    byId("door-send").hidden = !waiting;
  }

  /* What somebody does. */
  function tell(facts, label, back) {
    const event = queue.add({ ...facts, label });
    show();
    toast(label, back);
    sync();
    return event;
  }

  function arrived(row, { person = null, people = null } = {}) {
    const facts = { kind: "arrived", party: row.id, ...(person ? { person: person.id } : {}), ...(people ? { people } : {}) };
    const name = person ? person.name : row.name;
    const undo = () => tell({ kind: "undone", party: row.id, ...(person ? { person: person.id } : {}) }, say("taken_back", { name }));
    tell(facts, say("scanned", { name }), undo);
  }

  function toast(text, back) {
    const place = byId("door-toast");
    const button = place.querySelector("button");
    place.querySelector("span").textContent = text;
    place.hidden = false;
    button.hidden = !back;
    button.onclick = back ?? null;
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => { place.hidden = true; }, 8000);
  }

  byId("door-rows").addEventListener("click", (event) => {
    const button = event.target.closest("button[type=button]");
    const row = rows.get(button?.closest("[data-party]")?.dataset.party);
    if (!row) return;
    if (button.dataset.person) {
      const person = row.people.find((one) => one.id === button.dataset.person);
      if (person.at) tell({ kind: "undone", party: row.id, person: person.id }, say("taken_back", { name: person.name }));
      else arrived(row, { person });
    } else if (button.dataset.does === "arrived") {
      const people = Number(byId(`count-${row.id}`).value);
      const counted = row.people.length === 0 && Number.isInteger(people) && people >= 1 && people <= 50;
      arrived(row, { people: counted ? people : null });
    } else if (button.dataset.does === "undone") {
      tell({ kind: "undone", party: row.id }, say("taken_back", { name: row.name }));
    } else {
      const undo = () => tell({ kind: "undone", party: row.id }, say("taken_back", { name: row.name }));
      tell({ kind: "absent", party: row.id }, say("marked", { name: row.name }), undo);
    }
  });
  byId("door-rows").addEventListener("toggle", (event) => {
    const party = event.target.closest("[data-party]").dataset.party;
    if (event.target.open) opened.add(party);
    else opened.delete(party);
  }, true);
  byId("door-rows").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    const row = rows.get(form.closest("[data-party]").dataset.party);
    const [name, post] = [form.elements.name.value.trim(), form.elements.post.value.trim()];
    if (!complain(form, name ? "" : say("name_missing"), form.elements.name)) return;
    const facts = { kind: "substitute", party: row.id, person: uuid(), name, post };
    if (form.elements.stands_in_for.value) facts.stands_in_for = form.elements.stands_in_for.value;
    drawn.delete(row.id);
    tell(facts, say("added", { name }), () => tell({ kind: "undone", party: row.id, person: facts.person }, say("taken_back", { name })));
  });

  function complain(form, problem, field) {
    const place = form.querySelector(".field-error");
    place.textContent = problem;
    place.hidden = !problem;
    if (problem) field.focus();
    return !problem;
  }

  /* Walk-ins: an organization that the portal knows is found while there is a network; else a note is kept. */
  const walkIn = byId("door-walk-in-form");
  const known = new Map();
  let asked = 0;
  function showWalkIn(open) {
    walkIn.hidden = !open;
    (open ? byId("walk-in-from") : byId("door-walk-in")).focus();
  }
  byId("door-walk-in").addEventListener("click", () => showWalkIn(walkIn.hidden));
  walkIn.querySelector("[data-cancels]").addEventListener("click", () => showWalkIn(false));
  byId("walk-in-from").addEventListener("input", () => {
    clearTimeout(asked);
    asked = setTimeout(lookUp, 250);
  });
  async function lookUp() {
    const text = byId("walk-in-from").value.trim();
    if (text.length < 2 || known.has(text)) return;
    const answer = await ask(`${desk.dataset.organizations}?q=${encodeURIComponent(text)}`);
    if (answer.state !== "answered" || answer.status !== 200) return;
    for (const { id, name } of answer.data.results) known.set(name, id);
    byId("walk-in-known").replaceChildren(...answer.data.results.map(({ name }) => new Option(name, name)));
  }
  walkIn.addEventListener("submit", (event) => {
    event.preventDefault();
    const [from, name, post] = ["walk-in-from", "walk-in-name", "walk-in-post"].map((id) => byId(id).value.trim());
    if (!complain(walkIn, from ? "" : say("name_missing"), byId("walk-in-from"))) return;
    const listed = [...rows.values()].find((row) => row.name === from || row.short === from);
    if (listed && name) {
      const person = uuid();
      tell({ kind: "substitute", party: listed.id, person, name, post }, say("added", { name }));
    } else if (listed) {
      arrived(listed);
    } else {
      const organization = known.get(from);
      const place = organization ? { organization } : { note: from };
      tell({ kind: "walk_in", ...place, ...(name ? { name, post, person: uuid() } : {}) }, say("added", { name: from }));
    }
    walkIn.reset();
    showWalkIn(false);
  });

  /* Badges. */
  const scanner = new Scanner(byId("door-video"), desk.dataset.jsqr, (text) => {
    const owner = guests.badge(text, rows);
    if (!owner) return toast(say("no_badge"));
    const name = owner.person?.name ?? owner.row.name;
    const here = owner.person ? owner.person.at : owner.row.status === "attended";
    navigator.vibrate?.(80);
    return here ? toast(say("already", { name })) : arrived(owner.row, { person: owner.person });
  });
  byId("door-scan").addEventListener("click", async () => {
    byId("door-camera").hidden = false;
    if (await scanner.start()) return byId("door-camera-close").focus();
    byId("door-camera").hidden = true;
    return toast(say("no_camera"));
  });
  byId("door-camera-close").addEventListener("click", () => {
    scanner.stop();
    byId("door-camera").hidden = true;
    byId("door-scan").focus();
  });

  /* The server: first what waits, then what others have entered. */
  async function sync() {
    const sent = await queue.send();
    if (sent.state === "sent") {
      guests.take(sent.answer.rows);
      sent.problems.forEach(problem);
    }
    if (sent.state === "refused") notice(sent.answer.detail);
    if (sent.state !== "sent" && sent.state !== "empty") link = sent.state === "refused" ? "online" : linkOf(sent);
    if (sent.state === "sent" || sent.state === "empty" || sent.status === 403) await refresh();
    if (link === "over" || link === "signed_out") guests.forget();
    else guests.keep();
    show();
    if (sent.state === "sent" && queue.all().length) setTimeout(sync, 0);
  }

  async function refresh() {
    const whole = !guests.rows.size;
    const url = whole ? desk.dataset.list : `${desk.dataset.list}?since=${guests.asOf}`;
    const answer = await ask(url, { headers: guests.stamp && !whole ? { "If-None-Match": guests.stamp } : {} });
    link = linkOf(answer);
    if (answer.status !== 200) return;
    guests.take(answer.data.rows, { stamp: answer.etag, asOf: answer.data.now, whole: answer.data.whole });
    queue.token = answer.data.csrf;
  }

  function linkOf(answer) {
    if (answer.state === "answered") return answer.status < 400 ? "online" : "failed";
    return answer.state === "empty" || answer.state === "sent" ? "online" : answer.state;
  }

  function problem({ event, reason }) {
    notice(`${event?.label ?? ""} ${say("refused", { reason: reason || say("unreadable") })}`);
  }

  function notice(text) {
    const place = byId("door-problems");
    if ([...place.children].some((one) => one.textContent === text)) return;
    const box = document.createElement("p");
    box.className = "notice notice-warning";
    box.setAttribute("role", "alert");
    box.textContent = text;
    place.append(box);
  }

  search.addEventListener("input", show);
  byId("door-send").addEventListener("click", sync);
  window.addEventListener("online", sync);
  window.addEventListener("offline", () => { link = "offline"; show(); });
  window.addEventListener("storage", show);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sync(); });
  setInterval(() => { if (!document.hidden) sync(); }, EVERY);
  byId("leave-desk")?.addEventListener("submit", (event) => {
    if (queue.all().length) {
      event.preventDefault();
      notice(say("waiting", { n: queue.all().length }));
      return;
    }
    guests.forget();
    window.caches?.keys().then((names) => names.forEach((name) => caches.delete(name)));
  });

  /* The page itself is kept for times without network, where the browser allows it (https). */
  async function settle() {
    await navigator.serviceWorker.register(desk.dataset.worker, { scope: "/door/" });
    await navigator.serviceWorker.ready;
    const cache = await caches.open("door-2");
    await cache.addAll([location.pathname, `${location.pathname}timer/`]);
    desk.dataset.kept = "yes";
  }
  if ("serviceWorker" in navigator) settle().catch(() => { desk.dataset.kept = "no"; });

  show();
  sync();
})();
