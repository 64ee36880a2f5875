// Links inside the dashboard change the page without loading it again; copying a link; the address bar stays the truth.
(() => {
  const own = (a) =>
    a.origin === location.origin && !a.target && !a.hasAttribute("download") &&
    /^\/[a-z-]*$/.test(a.pathname) && !/^\/(livez|assets|sign-)/.test(a.pathname);

  document.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) return void copyLink(copy);
    const a = event.target.closest("a[href]");
    if (!a || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (!own(a)) return;
    if (a.pathname === location.pathname && a.search === location.search && a.hash) return;
    // A page in another language needs its own shell; everything else is one step in the history.
    if (new URLSearchParams(a.search).get("lang") !== new URLSearchParams(location.search).get("lang")) return;
    event.preventDefault();
    remember();
    const moved = a.pathname !== location.pathname || idOf(a.search) !== idOf(location.search);
    const to = new URL(a.href);
    // what was ticked while the page was being drawn goes along
    if (to.searchParams.has("choosing") && !a.hasAttribute("data-picks")) pick(to, picked());
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
    if (a.hash) showHash();
    else if (moved) arrive(a.hasAttribute("data-back"));
    else if (to.searchParams.has("editing")) attend(a);
  });

  // Where somebody was in a list is found again by Back and by the way back to the list.
  const main = () => document.querySelector('[data-testid="stMain"]');
  const idOf = (search) => new URLSearchParams(search).get("id");
  const remember = () => main() && sessionStorage.setItem("rt " + location.href, main().scrollTop);
  addEventListener("scrollend", remember, true);
  addEventListener("popstate", (event) => event.isTrusted && arrive(true));

  function arrive(again) {
    const top = again ? Number(sessionStorage.getItem("rt " + location.href) || 0) : 0;
    const before = document.querySelector(".stHtml h1");
    const until = Date.now() + 3000;
    if (!again) main()?.scrollTo(0, 0);
    (function look() {
      const h1 = document.querySelector(".stHtml h1");
      const drawn = h1 && h1 !== before && main().scrollHeight > top;
      if (!drawn && Date.now() < until) return void setTimeout(look, 50);
      // A reader of the screen is told where they are now.
      h1?.setAttribute("tabindex", "-1");
      h1?.focus({ preventScroll: true });
      main()?.scrollTo(0, top);
    })();
  }

  // A form that opens is where somebody goes on: the next Tab leads to its first field, and a reader of the screen is told.
  function attend(a) {
    const until = Date.now() + 3000;
    (function look() {
      const form = document.getElementById("record");
      if (!form && Date.now() < until) return void setTimeout(look, 50);
      // who is in a field already stays there
      if (![a, document.body].includes(document.activeElement)) return;
      form?.setAttribute("tabindex", "-1");
      form?.focus();
    })();
  }

  // A tick goes into the address at once, and the page follows; the list is drawn anew, so the box gets its focus back.
  const picked = () => new URLSearchParams(location.search).getAll("pick");
  const pick = (to, ids) => {
    to.searchParams.delete("pick");
    for (const id of ids) to.searchParams.append("pick", id);
  };
  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-pick]");
    if (!box) return;
    const to = new URL(location.href);
    pick(to, [...picked().filter((id) => id !== box.value), ...(box.checked ? [box.value] : [])]);
    history.replaceState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
    const until = Date.now() + 3000;
    (function look() {
      if (box.isConnected && Date.now() < until) return void setTimeout(look, 20);
      if (document.activeElement === document.body) document.getElementById(box.id)?.focus({ preventScroll: true });
    })();
  });

  // A form that asks for a view is a step in the history too.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".rt-form");
    if (!form) return;
    event.preventDefault();
    const wanted = new URL(form.getAttribute("action"), location.origin);
    for (const [name, value] of new FormData(form)) wanted.searchParams.set(name, value);
    history.pushState(null, "", wanted);
    dispatchEvent(new PopStateEvent("popstate"));
    form.closest("details").open = false;
  });

  // The place that an address names comes into being only after the page has been drawn.
  function showHash() {
    const id = decodeURIComponent(location.hash.slice(1));
    if (!id) return;
    const until = Date.now() + 8000;
    (function look() {
      const place = document.getElementById(id);
      if (place) place.scrollIntoView();
      else if (Date.now() < until) setTimeout(look, 100);
    })();
  }
  showHash();

  async function copyLink(button) {
    const text = button.dataset.copy;
    const field = button.parentElement.querySelector("input");
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      field.focus();
      field.select();
      if (!document.execCommand("copy")) return;
    }
    const before = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = before), 2000);
  }

  // One thing is open at a time, and Escape closes it.
  document.addEventListener("keydown", (event) => {
    const open = document.querySelector(".rt-share[open]");
    if (event.key === "Escape" && open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });
})();
