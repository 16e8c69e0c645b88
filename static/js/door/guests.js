/* The list of a desk: what the server said last, and over it what waits to be sent; found by name, pinyin or badge. */
(function () {
  "use strict";

  const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  class Guests {
    constructor(key) {
      this.place = `door:${key}:list`;
      this.rows = new Map();
      this.stamp = "";
      this.asOf = 0;
      try {
        const kept = JSON.parse(localStorage.getItem(this.place) ?? "null");
        if (kept) this.take(kept.rows, kept);
      } catch {
        localStorage.removeItem(this.place);
      }
    }

    /* Rows from the server: all of them, or those that have changed. */
    take(rows, { stamp, asOf, whole = false } = {}) {
      if (whole) this.rows.clear();
      for (const row of rows) this.rows.set(row.id, row);
      this.stamp = stamp ?? this.stamp;
      this.asOf = asOf ?? this.asOf;
    }

    keep() {
      const kept = { rows: [...this.rows.values()], stamp: this.stamp, asOf: this.asOf };
      try {
        localStorage.setItem(this.place, JSON.stringify(kept));
      } catch {
        /* full: the list is still in the page */
      }
    }

    forget() {
      this.rows.clear();
      localStorage.removeItem(this.place);
    }

    /* The rows as they are once everything waiting has been sent. */
    shown(waiting) {
      const rows = new Map([...this.rows].map(([id, row]) => [id, { ...row, people: row.people.map((one) => ({ ...one })) }]));
      for (const event of waiting) {
        const row = rows.get(event.party);
        if (row) apply(row, event);
      }
      return rows;
    }

    /* Whom a badge belongs to: {row, person}, or null. */
    badge(text, rows) {
      const id = read(text);
      if (!id) return null;
      if (rows.has(id)) return { row: rows.get(id), person: null };
      for (const row of rows.values()) {
        const person = row.people.find((one) => one.id === id);
        if (person) return { row, person };
      }
      return null;
    }
  }

  function apply(row, event) {
    const at = Date.parse(event.happened_at);
    row.waiting = true;
    if (event.kind === "substitute") {
      row.people.push({ id: event.person, name: event.name, post: event.post, leads: false, words: "", at, in_for: true });
      const missing = row.people.find((one) => one.id === event.stands_in_for);
      if (missing) missing.at = null;
    } else if (event.person) {
      const person = row.people.find((one) => one.id === event.person);
      if (person) person.at = event.kind === "arrived" ? at : null;
    } else {
      for (const person of row.people) {
        if (event.kind !== "arrived") person.at = null;
        else if (!person.in_for) person.at ??= at;
      }
    }
    const gone = event.kind === "undone" || event.kind === "absent";
    if (!gone || (event.person && row.people.some((one) => one.at))) {
      row.at ??= at;
      row.status = "attended";
      row.count = event.people ?? row.count;
    } else {
      row.at = null;
      row.status = event.kind === "absent" && !event.person ? "absent" : "confirmed";
    }
  }

  /* Every word must be found: in a name of the organization, its pinyin or initials, or those of one of its people. */
  function found(rows, text) {
    const wanted = text.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (row) => {
      row.haystack ??= [row.name, row.short, row.words, ...row.people.flatMap((one) => [one.name, one.words])]
        .join(" ").normalize("NFKC").toLowerCase();
      return wanted.every((word) => row.haystack.includes(word));
    };
    const order = { confirmed: 0, absent: 1, attended: 2 };
    const rank = (row) => order[row.status] ?? 3;
    const chosen = [...rows.values()].filter(wanted.length ? fits : (row) => row.status === "confirmed");
    return wanted.length ? chosen.sort((one, other) => rank(one) - rank(other)) : chosen;
  }

  function counts(rows) {
    const all = [...rows.values()];
    const here = all.filter((row) => row.status === "attended").length;
    return { here, all: here + all.filter((row) => row.status === "confirmed").length };
  }

  /* The public identifier behind the code of a badge; null for any other QR code. */
  function read(text) {
    const match = /^ZQ([0-9A-HJKMNP-TV-Z]{26})$/.exec(text.trim().toUpperCase());
    if (!match) return null;
    let number = 0n;
    for (const digit of match[1]) number = number * 32n + BigInt(DIGITS.indexOf(digit));
    const digits = number.toString(16).padStart(32, "0");
    return digits.length > 32 ? null : digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  Object.assign(window.Door, { Guests, found, counts, read });
})();
