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
  const minutes = () => [...document.querySelectorAll("form.tl-minute")];
  addEventListener("pagehide", () => {
    for (const form of minutes()) {
      const had = (text) => form.querySelector(`[name=before_${text.name}]`).value;
      if (![...form.querySelectorAll("textarea")].some((text) => text.value !== had(text))) continue;
      // form.action would be the field of that name.
      const way = { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, keepalive: true };
      fetch(form.getAttribute("action"), way);
    }
  });

  // Who types on while their minutes are being saved keeps every letter: a text that changed since it was sent is not
  // replaced, and counts as written on top of what was sent. So the next save puts it together with what others wrote.
  const typedOn = (text) => "sent" in text.dataset && text.value !== text.dataset.sent;
  document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
    if (!elt.matches("form.tl-minute")) return;
    for (const text of elt.querySelectorAll("textarea")) text.dataset.sent = text.value;
  });
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const form = detail.target.closest("form.tl-minute");
    if (!form) return;
    if (detail.target.matches("textarea")) detail.shouldSwap = !typedOn(detail.target);
    if (!detail.target.id.startsWith("had-")) return;
    for (const text of form.querySelectorAll("textarea")) {
      const had = detail.fragment.querySelector(`[name=before_${text.name}]`);
      if (!typedOn(text) || had.value === text.dataset.sent) continue;
      had.value = text.dataset.sent;
      detail.fragment.querySelector("[name=version]").value = ""; // no version that stands: look, and put together
    }
  });

  // What could not be saved is said, and sent again once there is a connection; who leaves before that is asked first.
  // Another page instead of our answer (somebody signed out, a server that restarts) has saved nothing either.
  const unsaved = (form) => !form.querySelector("[data-unsaved]").hidden;
  document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr, successful } }) => {
    if (!elt.matches("form.tl-minute")) return;
    elt.querySelector("[data-unsaved]").hidden = successful && xhr.responseText.includes('id="said-');
  });
  const again = () => minutes().filter(unsaved).forEach((form) => form.requestSubmit());
  addEventListener("online", again);
  setInterval(again, 20000);
  addEventListener("beforeunload", (event) => {
    if (minutes().some(unsaved)) event.preventDefault();
  });

  // A page with errors opens at the list of what went wrong.
  const errors = document.querySelector("[data-errors]");
  if (errors) errors.focus();

  // Buttons that only make sense with a script, such as Print.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
