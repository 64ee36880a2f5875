// What every page does: the menu, copying a link, a place that an address names, new entries. And what a reader's page does
// with a filter: it fetches the page of the form's address, and shows its content in place of the one before.
(() => {
  const root = document.documentElement;
  root.classList.add("rt-js");
  // whoever is signed in has Streamlit's page (live.js), which follows the address by itself
  const isReaders = () => !document.getElementById("root");
  const page = () => document.querySelector(".rt-page");
  const here = () => location.pathname + location.search;
  let shown = here(), asked = null;

  async function show(address, inPlace) {
    asked?.abort();
    asked = new AbortController();
    const next = await fetch(address, { signal: asked.signal })
      .then((answer) => answer.text())
      .then((text) => new DOMParser().parseFromString(text, "text/html"))
      .catch((error) => error.name !== "AbortError" && null);
    if (next === false) return; // another choice came
    const content = next?.querySelector(".rt-page");
    if (!content) return void location.assign(address);
    const held = document.activeElement?.id, box = document.querySelector(".rt-filterbox")?.scrollTop;
    const open = inPlace ? [...document.querySelectorAll("details[open][id]")].map(({ id }) => id) : [];
    for (const id of open) content.querySelector(`[id="${CSS.escape(id)}"]`)?.setAttribute("open", "");
    page().replaceWith(content);
    document.querySelector(".rt-live")?.replaceWith(next.querySelector(".rt-live") ?? "");
    document.title = next.title;
    shown = here();
    const again = held && document.getElementById(held);
    again?.focus({ preventScroll: true });
    if (box) content.querySelector(".rt-filterbox").scrollTop = box;
  }
  async function stepTo(address) {
    history.replaceState({ top: scrollY }, "");
    history.pushState(null, "", address);
    await show(address, true);
  }
  // The browser goes back to the address; what was there, and where in it somebody was, is shown again.
  addEventListener("popstate", async ({ state }) => {
    if (!isReaders() || here() === shown) return;
    await show(location.href);
    if (!location.hash) scrollTo(0, state?.top ?? 0);
  });

  // What is empty stays out of the address.
  const addressOf = (form) => {
    const wanted = new URL(form.getAttribute("action"), location.origin);
    for (const field of form.elements)
      if (field.dataset.name && field.value && (field.checked || !/^(checkbox|radio)$/.test(field.type))) wanted.searchParams.append(field.dataset.name, field.value);
    return wanted;
  };
  window.rtAddressOf = addressOf;
  const picked = () => new URLSearchParams(location.search).getAll("pick");
  document.addEventListener("change", ({ target }) => {
    if (!isReaders()) return;
    const form = target.closest(".rt-filters"), box = target.closest("[data-pick]");
    if (form) stepTo(addressOf(form));
    if (!box) return;
    const to = new URL(location.href), ids = picked().filter((id) => id !== box.value);
    to.searchParams.delete("pick");
    for (const id of [...ids, ...(box.checked ? [box.value] : [])]) to.searchParams.append("pick", id);
    history.replaceState(history.state, "", to);
    show(to, true);
  });
  document.addEventListener("click", (event) => {
    const a = event.target.closest("a[href]");
    if (!a || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    // a part that is closed opens
    if (a.hash && a.pathname + a.search === here()) return void setTimeout(showHash);
    if (!isReaders() || !a.matches(".rt-chips a, [data-picks]")) return;
    event.preventDefault();
    stepTo(a.href);
  });

  // Who opens the filters goes on in them.
  document.addEventListener("click", ({ target }) => {
    const panel = target.closest?.("#rt-filters > summary")?.parentElement;
    if (panel) setTimeout(() => panel.open && panel.querySelector("input").focus({ preventScroll: true }));
  });

  // The place that an address names may come into being only after the page has been drawn. On a page of an earlier date,
  // it may not be there: then the page says so, with a link to the place on today's page.
  function showHash() {
    const hash = location.hash, id = decodeURIComponent(hash.slice(1));
    if (!id) return;
    const end = Date.now() + (isReaders() ? 0 : 8000);
    (function look() {
      const place = document.getElementById(id) ?? document.querySelector(`[data-testid="stLayoutWrapper"].${CSS.escape(id)}`), absent = document.querySelector(".rt-absent");
      if (!place && Date.now() < end && !(absent && document.querySelector(".rt-foot") && Date.now() > end - 7000)) return void setTimeout(look, 20);
      // retired evidence stands in a part that is closed at first
      const fold = place?.closest("details:not(.rt-share)") ?? document.getElementById(place?.id.replace("rt-", "rt-later-"));
      if (fold) fold.open = true;
      place?.querySelector(":scope > .stExpander > details:not([open]) > summary")?.click();
      if (place) return place.scrollIntoView();
      if (!absent) return;
      absent.hidden = false;
      absent.querySelector("a").hash = hash;
    })();
  }
  window.rtShowHash = showHash;
  showHash();

  // What was saved since the page was made is offered, and moves nothing. live.js says how an editor's page is made anew.
  window.rtShowNew = () => show(location.href, true);
  async function lookForSaves() {
    const place = document.querySelector(".rt-live:empty");
    if (!place || document.hidden) return;
    const version = (await fetch("/readyz").catch(() => null))?.headers.get("ETag");
    if (!version || version.includes(place.dataset.version) || !place.isConnected || window.rtIsRunning?.()) return;
    const button = Object.assign(document.createElement("button"), { className: "rt-copy", textContent: place.dataset.show });
    button.addEventListener("click", () => (place.replaceChildren(), window.rtShowNew()));
    place.append(place.dataset.said, button);
  }
  setInterval(lookForSaves, isReaders() ? 30_000 : 7_000);
  document.addEventListener("visibilitychange", lookForSaves);

  // what can be forwarded goes to the share sheet of the phone, where there is one
  root.classList.toggle("rt-sends", "share" in navigator);
  document.addEventListener("click", async ({ target }) => {
    const { send, picture } = target.closest("[data-send]")?.dataset ?? {};
    if (send === undefined) return;
    const sent = send ? { text: send } : { title: document.title, url: location.href };
    const image = picture && (await fetch(picture).then((answer) => answer.blob()).catch(() => null));
    const files = image ? [new File([image], "picture.png", { type: image.type })] : [];
    navigator.share(files.length && navigator.canShare?.({ files }) ? { ...sent, files } : sent).catch(() => {});
  });

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    const field = button.parentElement.querySelector("input, textarea");
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      field.focus();
      field.select();
      if (!document.execCommand("copy")) return;
    }
    const before = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = before), 2000);
  });

  // The menu of a phone, and one panel, are open at a time. Escape and a press elsewhere close them.
  const openMenu = (open) => document.querySelector("[data-menu]")?.setAttribute("aria-expanded", open);
  const isMenuOpen = () => document.querySelector('[data-menu][aria-expanded="true"]');
  const closePanels = (except) => {
    for (const panel of document.querySelectorAll(".rt-share[open]")) if (panel !== except) panel.open = false;
  };
  document.addEventListener("click", (event) => {
    closePanels(event.target.closest(".rt-share"));
    if (event.target.closest("[data-menu]")) openMenu(!isMenuOpen());
    else if (!event.target.closest(".rt-menu")) openMenu(false);
  });
  // a panel that opens at the end of the menu of a phone is brought into view
  document.addEventListener("toggle", (event) => event.target.matches(".rt-menu .rt-share[open]") && event.target.scrollIntoView({ block: "nearest" }), true);
  document.addEventListener("focusin", (event) => {
    if (!event.target.closest(".rt-share")) closePanels();
    if (!event.target.closest(".rt-menu, [data-menu]")) openMenu(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector(".rt-share[open]"), menu = isMenuOpen();
    if (open) closePanels();
    else openMenu(false);
    (open?.querySelector("summary") ?? menu)?.focus();
  });
})();
