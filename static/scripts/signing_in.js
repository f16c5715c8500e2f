// The session has ended meanwhile: the form is sent as a page of its own, which signs in first and brings it back.

on("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.response?.status !== 401) return;
  event.preventDefault();
  const form = ctx.sourceElement.closest("form");
  if (form) sendAsPage(form);
  else location.reload();
});

function sendAsPage(form) {
  sentForms.add(form);
  HTMLFormElement.prototype.submit.call(form);
}
