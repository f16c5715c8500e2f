// The palette: Ctrl+K opens it over any page. What is found are the links of /search, made options of a listbox here
// (WAI-ARIA's combobox): the focus stays in the box, arrows choose, Enter opens, Esc closes.

const palette = $("#palette");

if (palette) {
  const form = $("form", palette);
  const box = $("[role=combobox]", palette);
  const list = $("#palette-found");
  let asking = false; // what is shown is not yet the answer to what was typed
  let wanted = null; // Enter was pressed meanwhile: the answer's first is opened when it comes

  const options = () => $$("a", list);
  const chosen = () => $("[aria-selected=true]", list);

  function open() {
    palette.showModal();
    box.select();
    asking = true;
    form.dispatchEvent(new Event("ask"));
  }

  function choose(option) {
    options().forEach((other) => other.setAttribute("aria-selected", other === option));
    box.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = options();
    choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
  }

  function follow({ ctrlKey, metaKey }) {
    const link = chosen();
    if (!link) return;
    if (ctrlKey || metaKey) window.open(link.href, "_blank", "noopener");
    else link.click();
  }

  // A record of this school comes into the page as it is. While a form is being filled, and for all else, the page is left:
  // then the browser can ask first.
  function comesIn({ pathname }) {
    const [, school, slug] = location.pathname.split("/");
    const [, , there, kind, id, ...more] = pathname.split("/");
    const isRecord = ["students", "guardians", "groups"].includes(kind) && id?.length === 36 && !more.length;
    return school === "schools" && there === slug && isRecord && !$("#main .form-foot");
  }

  async function bringIn(link) {
    palette.close();
    await htmx.ajax("GET", link.href, { target: "#main", select: "#main", selectOOB: "#side", swap: "outerHTML", push: "true" });
    $("#main").focus();
    scrollTo(0, 0);
    announce(document.title);
  }

  function show() {
    for (const part of $$("section", list)) {
      part.setAttribute("role", "group");
      part.setAttribute("aria-label", $("h2", part).textContent);
    }
    $$(".found, h2, ul, li", list).forEach((element) => element.setAttribute("role", "presentation"));
    options().forEach((option, number) => {
      option.id = `option-${number}`;
      option.setAttribute("role", "option");
      option.tabIndex = -1;
    });
    const some = options().length > 0;
    list.setAttribute("role", some ? "listbox" : "presentation");
    box.setAttribute("aria-expanded", some);
    choose(options()[0]);
  }

  on("keydown", (event) => {
    const isKey = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!isKey || $("dialog:modal:not(#palette)")) return;
    event.preventDefault();
    if (palette.open) palette.close();
    else open();
  });

  on("click", (event) => {
    if (!event.target.closest("a[data-palette]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });

  palette.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (event.target === palette) palette.close(); // outside of the sheet
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !comesIn(link)) return;
    event.preventDefault();
    bringIn(link);
  });

  palette.addEventListener("keydown", (event) => {
    const act = {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      Escape: () => palette.close(),
      Enter: () => (asking ? (wanted = event) : follow(event)),
    }[event.key];
    if (!act || event.isComposing || (event.key === "Enter" && event.target !== box)) return;
    event.preventDefault();
    act();
  });

  box.addEventListener("input", () => {
    asking = true;
    wanted = null;
  });

  on("htmx:after:swap", () => {
    if (!palette.open) return;
    asking = false;
    show();
    if (wanted) follow(wanted);
    wanted = null;
  });
}
