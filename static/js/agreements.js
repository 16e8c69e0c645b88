/* Rows of a draft: add another from the group's template. */
(function () {
  "use strict";

  function addRow(group) {
    const total = group.querySelector("[name$='-TOTAL_FORMS']");
    const list = group.querySelector("[data-rows-list]");
    const row = group.querySelector("template").content.firstElementChild.cloneNode(true);
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes("__prefix__")) element.setAttribute(name, value.replaceAll("__prefix__", total.value));
      }
    }
    list.append(row);
    total.value = String(Number(total.value) + 1);
    htmx.process(row);
    row.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: row } }));
    row.querySelector("input, select, textarea")?.focus();
  }

  for (const button of document.querySelectorAll("[data-rows-add]")) {
    button.hidden = false;
    button.addEventListener("click", () => addRow(button.closest("[data-rows]")));
  }
})();
