// The pictures of the page Analysis: drawn by plotly.js when they come near the screen, and saved for a slide.
(() => {
  // a mirror has one file of pictures; the dashboard has one for each choice of filters
  const own = document.currentScript.dataset, loaded = {};
  const load = (address) => (loaded[address] ??= new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { src: address, onload: () => done(window.rtPictures), onerror: failed });
    document.head.append(script);
  }));
  const dark = matchMedia("(prefers-color-scheme: dark)");
  async function draw(place) {
    const { plotly, pictures = place.dataset.pictures } = own, name = place.dataset.spec;
    place.dataset.drawn = dark.matches ? "dark" : "light";
    try {
      const [, specs] = await Promise.all([load(plotly), load(pictures)]);
      const { data, layout } = specs[place.dataset.drawn][name];
      const plot = document.createElement("div");
      await Plotly.newPlot(plot, data, { ...layout, width: place.clientWidth }, { displayModeBar: false });
      place.replaceChildren(plot);
      place.setAttribute("role", "img");
      place.setAttribute("aria-labelledby", `rt-${name}`);
      Plotly.relayout(plot, { width: place.clientWidth });
    } catch {
      // the table beside it says the same
      delete loaded[plotly], delete loaded[pictures];
      place.hidden = true;
    }
  }
  // not in the page that is shown until Streamlit has drawn its own
  const spaces = () => [...document.querySelectorAll("[data-spec]")].filter((place) => !place.closest("#rt-served"));
  const near = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) if (isIntersecting && !target.dataset.drawn) draw(target);
  }, { rootMargin: "400px" });
  // with data saving on, a picture is loaded when somebody asks for it
  const { saveData, effectiveType } = navigator.connection ?? {};
  const waits = saveData || /2g$/.test(effectiveType);
  const watch = () => {
    for (const place of spaces()) waits ? (place.querySelector("[data-draw]").hidden = false) : near.observe(place);
  };
  new MutationObserver(watch).observe(document.body, { childList: true, subtree: true });
  watch();
  const again = () => spaces().filter((place) => place.dataset.drawn).forEach(draw);
  dark.addEventListener("change", again);
  let width = innerWidth;
  addEventListener("resize", () => width !== innerWidth && ((width = innerWidth), again()));

  document.addEventListener("click", ({ target }) => {
    const wanted = target.closest("[data-draw]"), button = target.closest("[data-save]");
    if (wanted) draw(wanted.closest("[data-spec]"));
    if (button) savePicture(button);
  });

  // A file that the page itself has made is saved.
  window.rtSaveBlob = (blob, name) => {
    const a = document.createElement("a");
    a.href = URL.createObjectURL(blob);
    a.download = name;
    a.click();
    setTimeout(() => URL.revokeObjectURL(a.href), 10_000);
  };

  // A picture is saved for a slide, 1600 wide: words and key at the left, the drawing at the right. Plotly draws in layers of SVG.
  async function savePicture(button) {
    const box = button.closest(".rt-picture"), layers = [...box.querySelectorAll("svg.main-svg")];
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
    window.rtSaveBlob(file, `${button.dataset.file}.${button.dataset.save}`);
  }
})();
