// What could not be swapped in is told among the notices: the page stays as it was.

on("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.response?.status >= 400 && showTrouble(ctx)) event.preventDefault();
});

on("htmx:error", (event) => {
  // Only what went wrong on the way: an error in the page itself is in the console.
  if (event.detail.ctx && !event.detail.ctx.response) showNotice($("#trouble-offline").content.cloneNode(true));
});

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
  $("dialog:modal")?.close(); // behind it nothing is seen
  notices.replaceChildren(notice);
  notices.scrollIntoView({ block: "nearest" });
}
