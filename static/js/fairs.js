/* Pages of fairs: choose all lines at once, switch a whole day off. Without it every box is ticked by hand. */
(function () {
  "use strict";

  for (const button of document.querySelectorAll("[data-check-all]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const scope = button.closest("fieldset, form");
      const boxes = [...scope.querySelectorAll(`input[type=checkbox][name="${button.dataset.checkAll}"]`)];
      const on = boxes.some((box) => !box.checked);
      for (const box of boxes) box.checked = on;
    });
  }
})();
