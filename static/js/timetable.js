/* The time line of a timetable: drag a meeting elsewhere, see where it cannot go and why, undo; Enter leads to "Move to …". */
(function () {
  "use strict";

  const place = document.getElementById("timeline");
  const said = document.getElementById("timeline-said");
  hideUndo(document.getElementById("undo"));
  if (!place || !window.EventCalendar) return;

  const words = place.dataset;
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  let lines = null;
  let calendar = null;
  let dragged = null;

  start();

  async function start() {
    lines = await read(place.dataset.lines);
    if (!lines) return;
    place.replaceChildren();
    const times = lines.slots.flatMap((slot) => [slot.start.slice(11, 16), slot.end.slice(11, 16)]).sort();
    calendar = EventCalendar.create(place, {
      view: "resourceTimelineDay",
      date: lines.day,
      locale: words.locale,
      headerToolbar: { start: "", center: "", end: "" },
      resources: lines.resources,
      events: lines.events.map(asEvent),
      slotMinTime: times[0] ?? "08:00",
      slotMaxTime: times[times.length - 1] ?? "18:00",
      slotDuration: "00:10",
      slotLabelInterval: "00:30",
      slotLabelFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
      dayHeaderFormat: { month: "2-digit", day: "2-digit", weekday: "short" },
      slotWidth: 42,
      height: "70vh",
      eventStartEditable: true,
      eventDurationEditable: false,
      eventDragStart: ({ event }) => showForbidden(event),
      eventDragStop: () => hideForbidden(),
      eventDrop: dropped,
      eventContent: content,
      eventAllUpdated: withoutHalfATable,
    });
    withoutHalfATable();
  }

  /* The library gives some of its boxes the roles of a table that has no rows: to a screen reader that is broken. The
     links inside say what a reader needs, and the list offers the same as a true table. */
  function withoutHalfATable() {
    const roles = ["table", "row", "rowheader", "columnheader", "cell", "rowgroup"].map((role) => `[role=${role}]`);
    const counts = ["aria-colindex", "aria-rowindex", "aria-colcount", "aria-rowcount", "aria-colspan", "aria-rowspan"];
    for (const box of place.querySelectorAll([...roles, ...counts.map((name) => `[${name}]`)].join())) {
      for (const name of ["role", ...counts]) box.removeAttribute(name);
    }
  }

  function asEvent(line) {
    return {
      id: String(line.id),
      resourceIds: line.resourceIds.map(String),
      start: line.start,
      end: line.end,
      title: line.title,
      startEditable: line.movable,
      classNames: line.marks,
      extendedProps: line,
    };
  }

  /* A link in every meeting, so that it is reached and opened by keyboard as anything else on a page. */
  function content({ event }) {
    if (!event.extendedProps?.move) return "";
    const link = document.createElement("a");
    link.href = event.extendedProps.move;
    link.className = "timeline-link";
    link.draggable = false;
    link.textContent = event.title;
    link.title = event.title;
    return { domNodes: [link] };
  }

  /* Grey over every place that is not free for the meeting being dragged. */
  async function showForbidden(event) {
    dragged = event.id;
    const found = await read(event.extendedProps.cells);
    if (!found || dragged !== event.id) return; // dropped before the answer came
    const slots = new Map(lines.slots.map((slot) => [slot.id, slot]));
    const all = lines.resources.map((row) => String(row.id));
    const inSlots = found.slots.filter((each) => slots.has(each.slot)).map((each) => background(slots.get(each.slot), all));
    const inTables = words.by === "tables" ? found.tables.filter((each) => slots.has(each.slot)) : [];
    for (const each of [...inSlots, ...inTables.map((cell) => background(slots.get(cell.slot), [String(cell.table)]))]) {
      calendar.addEvent(each);
    }
  }

  function background(slot, resourceIds) {
    return {
      id: `forbidden-${slot.id}-${resourceIds.length === 1 ? resourceIds[0] : "all"}`,
      display: "background",
      start: slot.start,
      end: slot.end,
      resourceIds,
      classNames: ["is-forbidden"],
    };
  }

  function hideForbidden() {
    dragged = null;
    for (const each of calendar.getEvents()) {
      if (each.display === "background") calendar.removeEventById(each.id);
    }
  }

  async function dropped({ event, oldResource, newResource, revert }) {
    const slot = slotAt(event.start);
    const body = new URLSearchParams({ sequence: event.extendedProps.sequence });
    if (slot) body.set("slot", slot.id);
    if (words.by === "tables") body.set("table", (newResource ?? oldResource)?.id ?? event.resourceIds[0]);
    else if (newResource) {
      revert();
      return;
    }
    const answer = await send(event.extendedProps.move, body);
    if (answer.refusal) {
      revert();
      tell(answer.refusal, "notice-error");
      return;
    }
    tell(answer.said, "notice-success", answer.undo);
    await renew();
  }

  /* The slot that the moment lies in, or the nearest one. */
  function slotAt(moment) {
    const at = moment.getTime();
    const far = (slot) => Math.abs(new Date(slot.start).getTime() - at);
    return lines.slots.reduce((best, slot) => (!best || far(slot) < far(best) ? slot : best), null);
  }

  async function renew() {
    const now = await read(place.dataset.lines);
    if (!now) return;
    lines = now;
    calendar.setOption("events", lines.events.map(asEvent));
  }

  function tell(text, kind, undo) {
    const box = document.createElement("div");
    box.className = `notice ${kind}`;
    const line = document.createElement("span");
    line.className = "notice-text";
    line.textContent = text;
    box.append(line);
    if (undo) {
      const button = document.createElement("button");
      button.className = "btn btn-sm";
      button.textContent = words.wordUndo;
      button.addEventListener("click", async () => {
        const answer = await send(words.undo, new URLSearchParams({ token: undo }));
        tell(answer.refusal ?? answer.said, answer.refusal ? "notice-error" : "notice-success");
        await renew();
      });
      box.append(button);
      hideUndo(box);
    }
    said.replaceChildren(box);
  }

  async function read(url) {
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      return await answer.json();
    } catch {
      tell(words.wordFailed, "notice-error");
      return null;
    }
  }

  async function send(url, body) {
    try {
      const answer = await fetch(url, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-CSRFToken": token },
      });
      if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
      return await answer.json();
    } catch {
      return { refusal: words.wordFailed };
    }
  }

  /* An offer to undo goes after its seconds, unless somebody is just at it. */
  function hideUndo(box) {
    if (!box) return;
    const seconds = Number(box.dataset.seconds ?? 10);
    setTimeout(function look() {
      if (box.matches(":hover, :focus-within")) setTimeout(look, 2000);
      else box.remove();
    }, seconds * 1000);
  }
})();
