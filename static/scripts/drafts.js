// What is typed into a long form is kept by the server: a closed tab or an ended session loses nothing.

const PAUSE = 2000;
const keepingSoon = new Map();

on("input", (event) => {
  const form = event.target.form;
  const told = form && $("[data-draft]", form);
  if (!told) return;
  // A page keeps one draft: while an earlier one waits to be continued or discarded, nothing takes its place.
  if ($("#draft a")) told.textContent = told.dataset.waits;
  else keepSoon(form);
});

function keepSoon(form) {
  clearTimeout(keepingSoon.get(form));
  keepingSoon.set(form, setTimeout(() => keep(form), PAUSE));
}

async function keep(form, options = {}) {
  forget(form);
  const told = $("[data-draft]", form);
  const answer = await fetch(told.dataset.draft, { method: "POST", body: typedInto(form), ...options }).catch(() => null);
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit", hourCycle: "h23" });
  if (answer?.status === 204) told.textContent = told.dataset.kept.replace("{time}", time);
}

function forget(form) {
  clearTimeout(keepingSoon.get(form));
  keepingSoon.delete(form);
}

// Neither passwords nor files; the form's key says which form it is, and is not used up by it.
function typedInto(form) {
  const typed = new FormData(form);
  for (const field of $$("[type=password], [type=file]", form)) typed.delete(field.name);
  typed.append("draft_of", typed.get("once"));
  typed.append("draft_sent_to", new URL(form.getAttribute("action"), location.href).pathname);
  typed.delete("once");
  return new URLSearchParams(typed);
}

on("submit", (event) => forget(event.target));
addEventListener("pagehide", () => [...keepingSoon.keys()].forEach((form) => keep(form, { keepalive: true })));
