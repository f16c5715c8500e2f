// Keys: Esc leaves, Ctrl+Enter saves, single keys act.
// Single keys are silent in fields, in dialogs, and when the person has switched them off (WCAG 2.1.4).

on("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape") return leave(event);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return save(event);
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
  const silent = document.documentElement.dataset.keys === "off" || $("dialog:modal");
  if (typing || silent || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = { "/": search, "?": help, j: () => move(1), k: () => move(-1), x: pick, e: editHere }[event.key] ?? (() => press(event.key));
  if (act() !== false) event.preventDefault();
});

function leave(event) {
  const menu = $("details.menu[open]");
  const cancel = $("[data-cancel]", event.target.closest("form") ?? document);
  if ($("dialog:modal")) return;
  if (menu) {
    menu.open = false;
    $("summary", menu).focus();
  } else cancel?.click();
}

function save(event) {
  const form = event.target.closest("form") ?? $("main form:has(.form-foot)");
  const button = form && ($("button.btn-primary", form) ?? $("button[type=submit], button:not([type])", form));
  if (button) {
    event.preventDefault();
    form.requestSubmit(button);
  }
}

function search() {
  const box = $("input[data-search]");
  if (box) {
    box.focus();
    box.select();
  } else $("a[data-palette]")?.click();
}

function help() {
  $("#shortcuts")?.showModal();
}

function press(key) {
  const target = /^[a-z1-9]$/i.test(key) && $$(`[data-key="${key.toLowerCase()}"]`).find((element) => element.checkVisibility());
  if (!target) return false;
  target.focus();
  target.click();
  // A menu that asks something is ready to be typed into.
  if (target.matches("summary")) $("input:not([type=hidden]), select, textarea", target.parentElement)?.focus();
}
