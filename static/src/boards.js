// Keys, marking many rows and live lists of the boards. Without it every board works by links and buttons.
(() => {
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const live = () => document.querySelector("[data-live]");
  const boxOf = (row) => row.querySelector("input[name=pick]");
  const linkOf = (row) => row.querySelector("th a, td a");
  const here = () => document.activeElement?.closest("[data-row]");

  // --- Marked rows ---
  const count = () => {
    const n = document.querySelectorAll("input[name=pick]:checked").length;
    for (const place of document.querySelectorAll("[data-marked]")) place.textContent = n ? `(${n})` : "";
  };
  const ready = () => {
    for (const all of document.querySelectorAll("[data-all]")) {
      all.hidden = false;
      if (all.nextElementSibling) all.nextElementSibling.hidden = true;
    }
    count();
  };
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-all]"))
      for (const box of document.querySelectorAll("input[name=pick]")) box.checked = event.target.checked;
    count();
  });

  // --- Keys, only outside of fields, and only as long as the reader wants them ---
  const wish = document.querySelector("[data-keys-on]");
  const KEY = "throughline-board-keys";
  let on = true;
  try {
    on = localStorage.getItem(KEY) !== "off";
  } catch {}
  if (wish) {
    wish.checked = on;
    wish.addEventListener("change", () => {
      on = wish.checked;
      try {
        localStorage.setItem(KEY, on ? "on" : "off");
      } catch {}
    });
  }
  const go = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(here());
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))];
    linkOf(next)?.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const field = event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");
    if (field) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "x") {
      const box = here() && boxOf(here());
      if (!box) return;
      box.checked = !box.checked;
      count();
    } else if (event.key === "/") {
      const find = document.querySelector("[data-find]");
      if (!find) return;
      if (find.matches("input")) find.focus();
      else find.click();
    } else if (event.key === "?") {
      const keys = document.querySelector("[data-keys]");
      if (!keys) return;
      keys.open = !keys.open;
      keys.querySelector("summary").focus();
    } else return;
    event.preventDefault();
  });

  // --- Live: what was marked, where the reader stands and what is open survives a new list ---
  let seen = "";
  let kept = null;
  document.addEventListener("htmx:beforeRequest", (event) => {
    const list = live();
    if (event.target !== list) return;
    const busy = document.activeElement?.matches("select, input:not([type=checkbox]), textarea");
    if (document.hidden || list.querySelector("details[open]") || (busy && list.contains(document.activeElement)))
      event.preventDefault();
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.target === live() && seen) event.detail.headers["X-Board-Seen"] = seen;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target !== live()) return;
    seen = event.detail.xhr.getResponseHeader("X-Board-Seen") || "";
    const marked = [...document.querySelectorAll("input[name=pick]:checked")].map((box) => box.value);
    const focused = document.activeElement;
    kept = { marked, row: here()?.dataset.row, box: focused?.matches("input[name=pick]"), html: live().innerText };
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!kept) return;
    for (const box of document.querySelectorAll("input[name=pick]")) box.checked = kept.marked.includes(box.value);
    const row = kept.row && rows().find((one) => one.dataset.row === kept.row);
    if (row) (kept.box ? boxOf(row) : linkOf(row))?.focus({ preventScroll: true });
    const said = document.querySelector("[data-said]");
    if (said && kept.html !== live()?.innerText) said.textContent = said.dataset.changed;
    kept = null;
    ready();
  });
  ready();
})();
