// After a swap: where the focus goes, and what is said aloud.
// Errors take the focus, else what the answer marks with data-focus, else the row in the place of the one that went;
// data-announce is said aloud, and data-in-sight is scrolled to where the focus is elsewhere.

let focusedRow = null;
let titlePrefix = $("#errors")?.dataset.title ?? "";

on("htmx:before:swap", () => {
  const row = rowOf(document.activeElement);
  focusedRow = row && { list: row.closest("[data-list]").id, index: rowsOf(row).indexOf(row) };
});

on("htmx:after:settle", (event) => {
  const fresh = (selector) => firstIn(event.detail.newContent, selector);
  const errors = fresh("#errors");
  (errors ?? fresh("[data-focus]"))?.focus();
  fresh("[data-in-sight]")?.scrollIntoView({ block: "nearest" });
  nameErrorsInTitle();
  const words = fresh("[data-announce]")?.dataset.announce;
  if (words) announce(words);
});

on("htmx:after:swap", () => {
  if (document.activeElement === document.body) (rowAgain() ?? $("#main"))?.focus();
});

function firstIn(nodes, selector) {
  const elements = nodes.filter((node) => node.nodeType === Node.ELEMENT_NODE && node.isConnected);
  for (const element of elements) {
    const found = element.matches(selector) ? element : $(selector, element);
    if (found) return found;
  }
  return null;
}

function nameErrorsInTitle() {
  const title = document.title.replace(titlePrefix, "");
  titlePrefix = $("#errors")?.dataset.title ?? "";
  document.title = `${titlePrefix} ${title}`.trim();
}

function announce(words) {
  // Behind a dialog nothing is heard.
  const live = $("dialog:modal [role=status]") ?? $("#live");
  live.textContent = "";
  // A live region speaks when it changes: the same words twice are a change only with a pause between.
  setTimeout(() => (live.textContent = words), 50);
}

function rowAgain() {
  const rows = focusedRow && document.getElementById(focusedRow.list) && rowsIn(document.getElementById(focusedRow.list));
  return rows?.length ? mainLink(rows[Math.min(focusedRow.index, rows.length - 1)]) : null;
}

($("#errors") ?? $("input:target"))?.focus();
