// What HTML and htmx cannot do: keys, focus after a swap, what is said aloud, picking rows. Every page works without it.
"use strict";

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const on = (type, handle, options) => document.addEventListener(type, handle, options);

// --- After a swap ----------------------------------------------------------------------------------------------------
// Errors take the focus, else what the answer marks with data-focus, else the row in the place of the one that went;
// data-announce is said aloud, and data-in-sight is scrolled to where the focus is elsewhere.

let focusedRow = null;
let titlePrefix = $("#errors")?.dataset.title ?? "";

on("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.response?.status >= 400 && showTrouble(ctx)) event.preventDefault();
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
  $$("form.pickable").forEach(countPicked);
});

on("htmx:error", (event) => {
  // Only what went wrong on the way: an error in the page itself is in the console.
  if (event.detail.ctx && !event.detail.ctx.response) showNotice($("#trouble-offline").content.cloneNode(true));
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
  $("#live").textContent = "";
  // A live region speaks when it changes: the same words twice are a change only with a pause between.
  setTimeout(() => ($("#live").textContent = words), 50);
}

function rowAgain() {
  const rows = focusedRow && document.getElementById(focusedRow.list) && rowsIn(document.getElementById(focusedRow.list));
  return rows?.length ? mainLink(rows[Math.min(focusedRow.index, rows.length - 1)]) : null;
}

// An error that is no form to correct is shown as a notice and leaves the page as it was.
function showTrouble(ctx) {
  const answer = new DOMParser().parseFromString(ctx.text ?? "", "text/html");
  const notice = $("[data-notice]", answer) ?? (ctx.response.status >= 500 ? failure(ctx) : null);
  if (notice) showNotice(notice);
  return Boolean(notice);
}

function failure(ctx) {
  const content = $("#trouble-failed").content.cloneNode(true);
  const code = ctx.response.headers.get("X-Request-ID");
  const more = $(".soft", content);
  if (code) more.textContent = more.textContent.replace("…", code);
  return content;
}

function showNotice(notice) {
  const notices = $("#notices");
  notices.replaceChildren(notice);
  notices.scrollIntoView({ block: "nearest" });
}

// --- Back to a list ----------------------------------------------------------------------------------------------------
// Whoever came from a list goes back to it as it was: searched, filtered, on its page.

on("click", (event) => {
  const back = event.target.closest("a.back");
  const from = document.referrer && new URL(document.referrer);
  if (back && from && from.origin === location.origin && from.pathname === back.pathname && !back.search) back.search = from.search;
});

// --- Keys ------------------------------------------------------------------------------------------------------------
// Single keys are silent in fields, in dialogs, and when the person has switched them off (WCAG 2.1.4).

const KEYS_OFF = "athena.keys";

on("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape") return leave(event);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return save(event);
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
  const silent = document.documentElement.dataset.keys === "off" || $("dialog:modal");
  if (typing || silent || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = { "/": search, "?": help, j: () => move(1), k: () => move(-1), x: pick }[event.key] ?? (() => press(event.key));
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
  } else $("a[data-search]")?.click();
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
  if (target.matches("summary")) $("input, select, textarea", target.parentElement)?.focus();
}

on("change", (event) => {
  if (!event.target.matches("[data-keys-switch]")) return;
  if (event.target.checked) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "off");
  rememberKeys();
});

function rememberKeys() {
  const off = localStorage.getItem(KEYS_OFF) === "off";
  document.documentElement.dataset.keys = off ? "off" : "on";
  $$("[data-keys-switch]").forEach((box) => (box.checked = !off));
}

// --- Lists: J and K move, X picks, Enter opens -------------------------------------------------------------------------
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

// --- Picking rows ------------------------------------------------------------------------------------------------------

on("change", (event) => {
  const form = event.target.closest("form.pickable");
  if (!form) return;
  if (event.target.matches("[data-pick-all]")) picksOf(form).forEach((box) => (box.checked = event.target.checked));
  countPicked(form);
});

const picksOf = (form) => $$("td.pick input[type=checkbox], li .pick input[type=checkbox]", form);

function countPicked(form) {
  const boxes = picksOf(form);
  const count = boxes.filter((box) => box.checked).length;
  const words = $("[data-picked]", form);
  const all = $("[data-pick-all]", form);
  if (words) words.textContent = words.dataset.picked.replace("{n}", count);
  if (all) {
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
}

// --- Menus close on a click or a step outside; files may be dropped ------------------------------------------------------

for (const type of ["click", "focusin"]) {
  on(type, (event) => {
    for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
}

for (const type of ["dragover", "dragleave", "drop"]) {
  on(type, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("is-over", type === "dragover");
    if (type === "drop" && event.dataTransfer.files.length) {
      const input = $("input[type=file]", zone);
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}

rememberKeys();
$$("form.pickable").forEach(countPicked);
($("#errors") ?? $("input:target"))?.focus();
