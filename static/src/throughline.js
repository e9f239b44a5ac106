// Nothing here is needed: every page works without it. It only saves a tap or a wait.
(() => {
  // A menu closes when you press elsewhere or press Escape.
  const menus = () => document.querySelectorAll("details.tl-menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A form is sent once, however often the button is pressed. Coming back to the page frees it.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // Minutes save themselves a moment after typing; who leaves the page before that moment loses nothing either. What
  // the server has stands beside each text.
  addEventListener("pagehide", () => {
    for (const form of document.querySelectorAll("form.tl-minute")) {
      const had = (text) => form.querySelector(`[name=before_${text.name}]`).value;
      if (![...form.querySelectorAll("textarea")].some((text) => text.value !== had(text))) continue;
      // form.action would be the field of that name.
      const way = { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, keepalive: true };
      fetch(form.getAttribute("action"), way);
    }
  });

  // A page with errors opens at the list of what went wrong.
  document.querySelector("[data-errors]")?.focus();

  // Buttons that only make sense with a script, such as Print.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
