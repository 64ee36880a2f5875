// What only Streamlit's page needs, and what is loaded with Streamlit: forms, uploads, files that are saved from the page.
(() => {
  document.addEventListener("click", ({ target }) => {
    const picture = target.closest("[data-save]"), made = target.closest("[data-bytes]");
    if (picture) savePicture(picture);
    if (made) saveBlob(new Blob([Uint8Array.from(atob(made.dataset.bytes), (one) => one.charCodeAt(0))]), made.dataset.file);
  });

  // What stopped a save, or says that it was done, is drawn after the click: it is brought into view and gets the focus,
  // each time once. Of several wrong fields this is the first on the page; they are not drawn in this order, so it waits
  // for all of them.
  function goTo(told) {
    const closed = told?.closest('[data-testid="stExpander"] details:not([open])');
    closed?.querySelector("summary").click();
    const field = told?.closest('[class*="st-key-rt_field"], [class*="st-key-rt_required"]')?.querySelector("input, textarea");
    told?.scrollIntoView({ block: "center" });
    (field ?? told)?.focus({ preventScroll: true });
  }
  // A page is drawn in dozens of steps, and to look through all of it takes a millisecond, on a phone several.
  function oncePerFrame(act) {
    let isPlanned = false;
    return () => isPlanned || ((isPlanned = true), requestAnimationFrame(() => ((isPlanned = false), act())));
  }
  const STREAMLIT_WORDS = {
    ru: { "Skip to main content": "Перейти к содержанию", Open: "Открыть", Remove: "Убрать", "Clear all": "Убрать все", Close: "Закрыть" },
    ky: { "Skip to main content": "Мазмунга өтүү", Open: "Ачуу", Remove: "Алып салуу:", "Clear all": "Баарын алып салуу", Close: "Жабуу" },
  };
  let stroke = null; // the rectangle that is being drawn
  const arrived = new Set(), root = document.getElementById("root");
  let wasDrawn = false;
  const look = oncePerFrame(() => {
    // a page that fails as a whole is taken away by React
    root.classList.toggle("rt-empty", wasDrawn && !root.hasChildNodes());
    wasDrawn ||= root.hasChildNodes();
    for (const input of document.querySelectorAll('[class*="st-key-rt_required"] :is(input, textarea):not([aria-required], [type="radio"])'))
      input.setAttribute("aria-required", "true");
    // check boxes of one field: a reader of the screen is told which field they are of
    for (const box of document.querySelectorAll('[class*="st-key-rt_choose"]:not([role])')) {
      const label = box.querySelector('.rt-chooselabel, [data-testid="stTextInput"] [data-testid="stWidgetLabel"]');
      if (label) box.setAttribute("role", "group"), box.setAttribute("aria-label", label.textContent);
    }
    // Streamlit names the button of a calendar in English only
    for (const button of document.querySelectorAll('[class*="st-key-rt_calendar"] button:not([data-named])')) {
      button.dataset.named = "";
      button.setAttribute("aria-label", button.closest('[data-testid="stDateInput"]').querySelector("label").textContent);
    }
    // so it does with these, which only readers of the screen and the keyboard meet
    for (const [english, words] of Object.entries(STREAMLIT_WORDS[document.documentElement.lang] ?? {})) {
      for (const named of document.querySelectorAll(`[aria-label="${english}"], [aria-label^="${english} "]`))
        named.setAttribute("aria-label", words + named.getAttribute("aria-label").slice(english.length));
      const skip = document.querySelector('[data-testid="stSkipToContent"]');
      if (skip?.textContent === english) skip.textContent = words;
    }
    // the uploader's button has its words in the reader's language from the style sheet
    for (const p of document.querySelectorAll('[data-testid="stFileUploaderDropzone"] button:not([aria-label]) p')) {
      const words = getComputedStyle(p, "::after").content;
      if (words.startsWith('"')) p.closest("button").setAttribute("aria-label", words.slice(1, -1));
    }
    for (const { dataset: { arrive: token } } of document.querySelectorAll("[data-arrive]")) {
      if (!token || arrived.has(token)) continue;
      arrived.add(token);
      setTimeout(() => goTo(document.querySelector(`[data-arrive="${token}"]`)), 50);
    }
    // a stroke that the browser takes for the start of a swing would have the next tap ignored
    for (const sheet of document.querySelectorAll(".rt-sheet:not([data-ready])")) {
      sheet.dataset.ready = "";
      sheet.addEventListener("touchmove", (event) => stroke && event.touches.length < 2 && event.preventDefault(), { passive: false });
    }
    // the uploader says only to who sees it that a file was refused
    for (const chip of document.querySelectorAll('[data-testid="stFileChip"][aria-invalid="true"]:not([data-refused])')) {
      const why = document.getElementById(chip.getAttribute("aria-describedby"))?.textContent ?? "";
      if (why) chip.dataset.refused = /or smaller/.test(why) ? "size" : "sending";
    }
  });
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  look();

  // Streamlit's uploader does not say how much of a file is sent, and it takes no pasted files.
  const chips = (name) => [...document.querySelectorAll('[data-testid="stFileChip"]')].filter((chip) => chip.querySelector("[title]")?.title === name);
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    const file = body instanceof FormData && [...body.values()].find((value) => value instanceof File);
    if (file) {
      const show = ({ loaded, total }) => chips(file.name).forEach((chip) => (chip.dataset.sent = `${Math.floor((100 * loaded) / total)} %`));
      this.upload.addEventListener("progress", show);
      this.addEventListener("loadend", () => chips(file.name).forEach((chip) => delete chip.dataset.sent));
    }
    return send.call(this, body);
  };
  document.addEventListener("paste", (event) => {
    const data = event.clipboardData, fields = document.querySelectorAll('[data-testid="stFileUploaderDropzoneInput"]:not(:disabled)');
    // a text that is pasted into a field can have a picture of itself beside it
    if (!data?.files.length || data.types.includes("text/plain") || fields.length !== 1) return;
    event.preventDefault();
    fields[0].files = data.files;
    fields[0].dispatchEvent(new Event("change", { bubbles: true }));
  });

  // The server takes a message of 1 MB, with all fields of the page. A larger one would end the connection each time that it is sent.
  document.addEventListener("beforeinput", (event) => {
    const box = event.target.closest?.('[data-testid="stTextArea"], [data-testid="stTextInput"]'), added = event.data ?? "";
    const sent = added.length > 1000 ? [...document.querySelectorAll("textarea, input")].map((field) => field.value) : [];
    const isTooMuch = new Blob([added, ...sent]).size > 900_000;
    box?.toggleAttribute("data-too-much", isTooMuch);
    if (box && isTooMuch) event.preventDefault();
  });

  // The tool that blacks out parts of a picture: a stroke of a finger or the mouse is a rectangle. Two fingers are the browser's.
  const LEAST = 12; // pixels: a stroke through a line of words is as high as they are
  const touched = new WeakMap(); // tool → where it was touched last, as parts of its width and height
  const toolOf = (element) => element.closest?.('[class*="st-key-rt_blackout"]');
  const placeOn = (sheet, { clientX, clientY }) => {
    const { left, top, width, height } = sheet.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height].map((part) => Math.min(Math.max(part, 0), 1));
  };
  function draw(event) {
    const { sheet, from } = stroke, to = placeOn(sheet, event), least = [LEAST / sheet.offsetWidth, LEAST / sheet.offsetHeight];
    const length = [0, 1].map((way) => Math.abs(to[way] - from[way]));
    const [[left, right], [top, bottom]] = [0, 1].map((way) => {
      const middle = (to[way] + from[way]) / 2, half = Math.max(length[way], least[way]) / 2;
      return [Math.max(middle - half, 0), Math.min(middle + half, 1)];
    });
    const [x, y, width, height] = [left, top, right - left, bottom - top].map((part) => `${100 * part}%`);
    Object.assign(stroke.box.style, { left: x, top: y, width, height });
    return length.every((one, way) => one < least[way] / 2) ? null : [left, top, right, bottom];
  }
  function endStroke(event) {
    const part = stroke && event.type === "pointerup" && draw(event), { sheet, box } = stroke ?? {};
    stroke = null;
    if (!part) return box?.remove();
    const field = toolOf(sheet).querySelector('[class*="st-key-rt_chosen"] input');
    const parts = [...JSON.parse(field.value || "[]"), [sheet.dataset.page, ...part].map(Number)];
    // as if it was typed: React notices a value that is set only by the setter of the browser
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, JSON.stringify(parts));
    for (const told of [new Event("input", { bubbles: true }), new FocusEvent("focusout", { bubbles: true })]) field.dispatchEvent(told);
  }
  document.addEventListener("pointerdown", (event) => {
    const sheet = event.target.closest?.(".rt-sheet"), tool = sheet && toolOf(sheet);
    if (!event.isPrimary) return void endStroke(event); // a second finger
    if (!tool || event.button) return;
    touched.set(tool, placeOn(sheet, event));
    if (tool.hasAttribute("data-moving")) return;
    event.preventDefault();
    stroke = { sheet, from: touched.get(tool), box: sheet.appendChild(document.createElement("i")) };
    stroke.box.className = "rt-part";
    draw(event);
  });
  document.addEventListener("pointermove", (event) => {
    if (stroke) draw(event);
    else if (event.buttons && event.pointerType === "mouse" && event.target.closest?.("[data-moving] .rt-sheet"))
      event.target.closest('[class*="st-key-rt_sheet"]').scrollBy(-event.movementX, -event.movementY);
  });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, endStroke);
  document.addEventListener("click", ({ target }) => {
    const move = target.closest("[data-move]"), button = target.closest("[data-zoom]"), tool = toolOf(move ?? button ?? document);
    move?.setAttribute("aria-pressed", tool.toggleAttribute("data-moving"));
    if (!button) return;
    const view = tool.querySelector('[class*="st-key-rt_sheet"]'), sheet = view.querySelector(".rt-sheet");
    const seen = [(view.scrollLeft + view.clientWidth / 2) / sheet.offsetWidth, (view.scrollTop + view.clientHeight / 2) / sheet.offsetHeight];
    const [x, y] = touched.get(tool) ?? seen;
    view.dataset.scale = Math.min(Math.max((view.dataset.scale ?? 1) * button.dataset.zoom, 1), 8);
    view.style.setProperty("--rt-scale", view.dataset.scale);
    view.scrollTo(x * sheet.offsetWidth - view.clientWidth / 2, y * sheet.offsetHeight - view.clientHeight / 2);
    view.scrollIntoView({ block: "nearest" });
  });

  // A picture is saved for a slide, 1600 wide: words and key at the left, the drawing at the right. Plotly draws in layers of SVG.
  async function savePicture(button) {
    const box = button.closest('[class*="st-key-rt_picture"]'), layers = [...box.querySelectorAll("svg.main-svg")];
    const title = document.getElementById(button.dataset.title), ink = getComputedStyle(title).color;
    const [width, drawn] = ["width", "height"].map((side) => Math.ceil(layers[0][side].baseVal.value));
    const WIDTH = 1600, LEAST = 900, MOST = 1200, EDGE = 44, COLUMN = 640, PLOT = EDGE + COLUMN + 40;
    const key = box.querySelector("g.legend"), keyBox = key?.getBBox();
    // the key stands below the drawing on the page
    const top = key ? Number(key.getAttribute("transform").match(/,\s*([\d.]+)/)[1]) : drawn;
    const element = (name, attributes, ...inside) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      made.append(...inside);
      return made;
    };
    const pen = document.createElement("canvas").getContext("2d");
    // words that are too many for the height become smaller
    const column = (factor) => {
      let y = EDGE;
      const made = [];
      const write = (text, size, weight) => {
        const lines = [""];
        size *= factor;
        pen.font = `${weight} ${size}px sans-serif`;
        // a tenth stays free: other programs have wider fonts. A long address is broken too.
        for (const word of text.replace(/\s+/g, " ").trim().match(/\S{1,24}\s*/g)) {
          if (pen.measureText(lines.at(-1) + word.trim()).width > 0.9 * COLUMN) lines.push("");
          lines[lines.length - 1] += word;
        }
        for (const line of lines) {
          y += size * 1.3;
          made.push(element("text", { x: EDGE, y, fill: ink, "font-size": size, "font-weight": weight, "font-family": "sans-serif" }, line));
        }
        y += size * 0.5;
      };
      write(title.textContent, 38, 700);
      write(title.nextElementSibling.textContent, 25, 400);
      if (key) {
        const copy = key.cloneNode(true), scale = Math.min(1.65 * factor, COLUMN / keyBox.width);
        // it is as wide as its words in the font of the page
        for (const each of [copy, ...copy.querySelectorAll("[clip-path]")]) each.removeAttribute("clip-path");
        copy.setAttribute("transform", `translate(${EDGE - 8},${y}) scale(${scale})`);
        made.push(copy);
        y += keyBox.height * scale + 12;
      }
      for (const line of box.querySelectorAll(".rt-source")) write(line.textContent, 22, 400);
      return { made, height: y + EDGE / 2 };
    };
    let factor = 1, words = column(factor);
    while (words.height > MOST && factor > 0.6) words = column((factor -= 0.05));
    const scale = Math.min((WIDTH - PLOT - EDGE) / width, (MOST - 2 * EDGE) / top);
    const height = Math.ceil(Math.min(MOST, Math.max(LEAST, words.height, top * scale + 2 * EDGE)));
    const copies = layers.map((layer) => {
      const copy = layer.cloneNode(true);
      copy.querySelectorAll(".draglayer, g.legend").forEach((each) => each.remove());
      for (const [name, value] of Object.entries({ width, height: top, viewBox: `0 0 ${width} ${top}` })) copy.setAttribute(name, value);
      copy.style.background = "none";
      return copy;
    });
    const plot = element("g", { transform: `translate(${PLOT},${EDGE}) scale(${scale})` }, ...copies);
    const paper = element("rect", { width: WIDTH, height, fill: layers[0].style.backgroundColor });
    const svg = element("svg", { width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}` }, paper, ...words.made, plot);
    let file = new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
    if (button.dataset.save === "png") {
      const image = new Image(), canvas = document.createElement("canvas");
      image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(await file.text());
      await image.decode();
      [canvas.width, canvas.height] = [WIDTH, height];
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      file = await new Promise((done) => canvas.toBlob(done, "image/png"));
    }
    saveBlob(file, `${button.dataset.file}.${button.dataset.save}`);
  }

  function saveBlob(blob, name) {
    const a = document.createElement("a");
    a.href = URL.createObjectURL(blob);
    a.download = name;
    a.click();
    setTimeout(() => URL.revokeObjectURL(a.href), 10_000);
  }
})();
