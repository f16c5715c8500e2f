// Lists by keys: J and K move, X picks, Enter opens.
// <tbody data-list id="…"> or <ol data-list="open" id="…">, where moving opens too and the open row is marked.

const rowsIn = (list) => $$(":scope > tr, :scope > li", list);
const rowsOf = (row) => rowsIn(row.closest("[data-list]"));
const rowOf = (element) => element?.closest("[data-list] > tr, [data-list] > li") ?? null;
const mainLink = (row) => $("a[href]", row);

function move(step) {
  const list = rowOf(document.activeElement)?.closest("[data-list]") ?? $("[data-list]");
  if (!list) return false;
  const rows = rowsIn(list);
  const here = rows.indexOf(rowOf(document.activeElement) ?? $("[data-current]", list));
  const link = rows.length && mainLink(rows[Math.max(0, Math.min(here + step, rows.length - 1))]);
  if (!link) return false;
  link.focus();
  if (list.dataset.list === "open") link.click();
}

function pick() {
  const row = rowOf(document.activeElement) ?? $("[data-list] > [data-current]");
  const box = row && $("input[type=checkbox]", row);
  if (!box) return false;
  box.click();
}

on("click", (event) => {
  const row = rowOf(event.target);
  const link = event.target.closest("a[href]");
  if (!link || row?.parentElement.dataset.list !== "open") return;
  for (const other of rowsOf(row)) {
    other.toggleAttribute("data-current", other === row);
    mainLink(other)?.removeAttribute("aria-current");
  }
  link.setAttribute("aria-current", "true");
});

// Whoever comes back from a record goes on at its row, which the address names.
const cameFrom = location.hash && document.getElementById(location.hash.slice(1));
if (cameFrom && cameFrom === rowOf(cameFrom)) mainLink(cameFrom)?.focus();
