// Whoever came from a list goes back to it as it was: searched, filtered, on its page.

on("click", (event) => {
  const back = event.target.closest("a.back");
  const from = document.referrer && new URL(document.referrer);
  if (back && from && from.origin === location.origin && from.pathname === back.pathname && !back.search) back.search = from.search;
});
