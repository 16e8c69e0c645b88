/* One organization of the list as the desk shows it. */
(function () {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const words = JSON.parse(byId("desk-words")?.textContent ?? "{}");
  const say = (name, facts = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => facts[key] ?? "");
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai",
  });
  const time = (milliseconds) => clock.format(new Date(milliseconds));

  function draw(row, { open }) {
    const line = byId("guest-template").content.firstElementChild.cloneNode(true);
    const here = row.status === "attended";
    line.id = `guest-${row.id}`;
    line.dataset.party = row.id;
    line.classList.toggle("is-here", here);
    line.querySelector("h2").textContent = row.name;
    line.querySelector(".guest-facts").textContent = facts(row);
    const count = line.querySelector(".guest-count");
    const input = count.querySelector("input");
    input.id = `count-${row.id}`;
    input.value = Math.max(1, row.count);
    count.querySelector("label").htmlFor = input.id;
    count.hidden = here || row.people.length > 0;
    button(line, "arrived").hidden = here && (row.people.length === 0 || row.people.every((one) => one.at || one.in_for));
    button(line, "undone").hidden = !here && row.status !== "absent";
    button(line, "absent").hidden = row.status !== "confirmed" && !here; // nobody misses who was not to come
    line.querySelector("details").open = open;
    for (const one of row.people) line.querySelector(".guest-people").append(person(one));
    choices(line, row);
    return line;
  }

  function facts(row) {
    const parts = [say(row.side), say(row.status)];
    if (row.at) parts.push(say("since", { time: time(row.at) }));
    if (row.people.length) parts.push(row.people.map((one) => one.name).slice(0, 4).join("、"));
    parts.push(row.next ? say("next", { time: time(row.next.at), table: row.next.table }) : say("no_next"));
    if (row.waiting) parts.push(say("sending"));
    return parts.join(" · ");
  }

  function person(one) {
    const item = byId("person-template").content.firstElementChild.cloneNode(true);
    const tick = item.querySelector("button");
    const more = [one.post, one.leads ? say("leads") : "", one.in_for ? say("in_for") : "", one.at ? time(one.at) : ""];
    tick.dataset.person = one.id;
    tick.setAttribute("aria-pressed", String(Boolean(one.at)));
    tick.querySelector("span").textContent = [one.name, ...more.filter(Boolean)].join(" · ");
    return item;
  }

  function choices(line, row) {
    const select = line.querySelector("select");
    line.querySelector(".guest-other-for").hidden = row.people.length === 0;
    for (const one of row.people) {
      if (!one.in_for) select.append(new Option(one.name, one.id));
    }
  }

  function button(line, does) {
    return line.querySelector(`[data-does="${does}"]`);
  }

  Object.assign(window.Door, { draw, say, time });
})();
