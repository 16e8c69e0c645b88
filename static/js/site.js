/* What every page does by itself: menu, messages, focus on errors, searched selects, and words for screen readers. */
(function () {
  "use strict";

  const words = document.getElementById("site-words")?.dataset ?? {};
  const byId = (id) => document.getElementById(id);

  function announce(text) {
    const place = byId("announcer");
    if (place && text && place.textContent !== text) place.textContent = text;
  }

  function notice(text) {
    const place = byId("messages");
    if (!place || [...place.children].some((known) => known.textContent.includes(text))) return;
    const box = document.createElement("div");
    box.className = "notice notice-error";
    box.setAttribute("role", "alert");
    box.textContent = text;
    place.append(box);
  }

  /* The menu of a phone, and menus that close when one looks elsewhere. */
  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-toggles]");
    if (toggle) {
      const open = byId(toggle.dataset.toggles).classList.toggle("is-open");
      toggle.setAttribute("aria-expanded", String(open));
    }
    const close = event.target.closest("[data-dismisses]");
    if (close) close.closest(close.dataset.dismisses).remove();
    for (const menu of document.querySelectorAll("details[data-closes][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-closes][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  /* Errors: the summary gets the focus, the title says it, and a link leads to the control even if it is dressed. */
  function showErrors(root) {
    const summary = root.querySelector(".error-summary");
    if (!summary) return;
    const prefix = summary.dataset.titlePrefix ?? "";
    if (!document.title.startsWith(prefix)) document.title = prefix + document.title;
    summary.focus();
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a[href^='#']");
    const field = link && byId(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.tomselect ?? field).focus();
    (field.closest(".field") ?? field).scrollIntoView({ block: "center" });
  });

  /* Selects over long lists search on the server; several choices show as removable tags. */
  function searchSelects(root) {
    for (const select of root.querySelectorAll("select.js-search-select")) {
      if (!select.tomselect && window.TomSelect) dress(select);
    }
  }
  function dress(select) {
    const url = select.dataset.searchUrl;
    const described = select.getAttribute("aria-describedby");
    const invalid = select.getAttribute("aria-invalid");
    const create = select.dataset.create;
    const label = select.labels?.[0];
    if (label) {
      label.id ||= `${select.id}_label`;
      select.setAttribute("aria-labelledby", label.id);
    }
    const box = new TomSelect(select, {
      valueField: "value",
      labelField: "text",
      searchField: url ? [] : ["text"],
      plugins: { remove_button: { title: words.remove } },
      placeholder: words.search,
      hidePlaceholder: !select.multiple,
      maxOptions: 50,
      allowEmptyOption: false,
      loadThrottle: 250,
      shouldLoad: () => true,
      preload: url ? "focus" : false,
      create: create ? (text) => ({ value: text.trim(), text: text.trim() }) : false,
      createFilter: (text) => text.trim().length > 1 && text.length < 120,
      onItemAdd() {
        this.setTextboxValue("");
        this.refreshOptions(false);
      },
      load: url ? (text, done) => lookUp(box, url, text, done) : null,
      render: {
        no_results: () => message(words.none),
        loading: () => message(words.searching),
        option_create: ({ input }) => choice(`${create} ${input}`),
      },
    });
    const control = box.control_input;
    if (described) control.setAttribute("aria-describedby", described);
    if (invalid) control.setAttribute("aria-invalid", invalid);
  }
  async function lookUp(box, url, text, done) {
    try {
      const answer = await fetch(`${url}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { results } = await answer.json();
      box.clearOptions();
      done(results);
    } catch {
      done([]);
      notice(words.failed);
    }
  }
  function choice(text) {
    const box = document.createElement("div");
    box.className = "create";
    box.textContent = text;
    return box;
  }
  function message(text) {
    const box = document.createElement("div");
    box.className = "no-results";
    box.textContent = text ?? "";
    return box;
  }

  /* A form marked data-guard asks before what was typed is lost. */
  let dirty = null;
  document.addEventListener("input", (event) => { dirty = event.target.closest("form[data-guard]") ?? dirty; });
  document.addEventListener("submit", () => { dirty = null; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

  /* A form is sent once, however often its button is pressed. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  /* htmx: the token of the page, errors in words, and what changed said aloud. */
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
  });
  document.addEventListener("htmx:responseError", () => notice(words.failed));
  document.addEventListener("htmx:sendError", () => notice(words.offline));
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));

  function prepare(root) {
    searchSelects(root);
    showErrors(root);
    for (const button of root.querySelectorAll("[data-dismisses][hidden]")) button.hidden = false;
    const said = root.matches?.("[data-announce]") ? root : null;
    if (said) announce(said.dataset.announce);
  }
  prepare(document);
})();
