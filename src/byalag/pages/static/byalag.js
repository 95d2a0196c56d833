// What a page gains from scripts: the list by position, a chart to read, a map to move.
// Each part is an element that is complete without this file.

const attach = (tag, attributes) =>
  new Promise((done, failed) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.onload = done;
    element.onerror = failed;
    document.head.append(element);
  });

const once = (make) => {
  let made;
  return (...given) => (made ??= make(...given));
};

const style = (href, integrity) => attach("link", { rel: "stylesheet", href, integrity });

class Position extends HTMLElement {
  connectedCallback() {
    this.hidden = !navigator.geolocation || !window.isSecureContext;
    this.querySelector("button").addEventListener("click", () => this.find());
  }

  find() {
    const hint = this.querySelector(".hint");
    hint.textContent = hint.dataset.wait;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.use(coords),
      () => (hint.textContent = hint.dataset.denied),
      { maximumAge: 300000, timeout: 15000 },
    );
  }

  use({ latitude, longitude }) {
    const form = this.closest("form");
    const near = form.elements.namedItem("near");
    near.value = `${latitude.toFixed(3)},${longitude.toFixed(3)}`;
    near.disabled = false;
    form.submit();
  }
}

class Chart extends HTMLElement {
  connectedCallback() {
    if (!this.dataset.script) return;
    const button = this.querySelector("button");
    button.addEventListener("click", () => this.explore(button), { once: true });
  }

  async explore(button) {
    const { script, integrity, style: href, styleIntegrity, source } = this.dataset;
    const [answer] = await Promise.all([
      fetch(source, { headers: { Accept: "application/json" } }).then((heard) => heard.json()),
      attach("script", { src: script, integrity }),
      style(href, styleIntegrity),
    ]);
    const field = document.createElement("div");
    field.className = "live";
    field.tabIndex = 0;
    field.setAttribute("role", "img");
    field.setAttribute("aria-label", this.querySelector(".plot").getAttribute("aria-label"));
    this.querySelector(".plot").replaceWith(field);
    this.querySelector(".hint").hidden = false;
    button.hidden = true;
    this.draw(field, answer.values);
    field.focus({ preventScroll: true });
  }

  draw(field, values) {
    const { locale, zone, suffix, missing } = this.dataset;
    const decimals = Number(this.dataset.decimals);
    const write = (options) => {
      const format = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
      return (at) => format.format(new Date(at * 1000)).replace(":", this.dataset.colon);
    };
    const day = write({ weekday: "short", day: "numeric" });
    const clock = write({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const exact = write({
      weekday: "long", day: "numeric", month: "long",
      hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    });
    const number = new Intl.NumberFormat(locale, {
      minimumFractionDigits: decimals, maximumFractionDigits: decimals,
    });
    const level = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    const colour = (name) => getComputedStyle(this).getPropertyValue(name).trim();
    const times = values.map((value) => Date.parse(value.time) / 1000);
    const heard = values.map((value) => value.value);
    const pauses = times.slice(1).map((at, index) => at - times[index]).sort((a, b) => a - b);
    const longest = 3.5 * pauses[pauses.length >> 1];
    const reading = this.querySelector(".reading");
    const size = () => ({ width: field.clientWidth, height: field.clientHeight });
    const font = `${0.82 * parseFloat(getComputedStyle(document.documentElement).fontSize)}px ${getComputedStyle(this).fontFamily}`;
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--rule"), width: 1 }, ticks: { show: false }, font };
    const step = (chart, splits) =>
      splits.map((at, index) => (clock(at) === clock(0 - 3600) || (splits[index + 1] ?? at) - at >= 80000 ? day(at) : `${index && day(splits[index - 1]) === day(at) ? "" : `${day(at)} `}${clock(at)}`));
    const plot = new uPlot(
      {
        ...size(),
        tzDate: (at) => uPlot.tzDate(new Date(at * 1000), zone),
        legend: { show: false },
        cursor: { y: false },
        scales: { y: { range: (_, low, high) => (decimals ? [Math.floor(low), Math.ceil(high + 0.01)] : [0, Math.max(high * 1.05, 1)]) } },
        axes: [
          { ...axis, space: 70, values: step },
          { ...axis, values: (_, splits) => splits.map((value) => level.format(value)) },
        ],
        series: [
          {},
          {
            stroke: colour("--tone"), width: 2.5, points: { show: false },
            gaps: (_, __, first, last, gaps) => {
              for (let index = first + 1; index <= last; index += 1) {
                if (times[index] - times[index - 1] > longest) {
                  gaps.push([plot.valToPos(times[index - 1], "x", true), plot.valToPos(times[index], "x", true)].map(Math.round));
                }
              }
              return gaps;
            },
          },
        ],
        hooks: {
          setCursor: [
            ({ cursor }) => {
              if (cursor.idx == null) return;
              const value = heard[cursor.idx];
              reading.textContent = `${exact(times[cursor.idx])}: ${value == null ? missing : number.format(value) + suffix}`;
            },
          ],
        },
      },
      [times, heard],
      field,
    );
    let at = times.length - 1;
    const show = () => plot.setCursor({ left: plot.valToPos(times[at], "x"), top: 0 });
    field.addEventListener("keydown", (event) => {
      const moves = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: times.length - 1 };
      if (!(event.key in moves)) return;
      event.preventDefault();
      at = Math.min(Math.max(moves[event.key], 0), times.length - 1);
      show();
    });
    new ResizeObserver(() => plot.setSize(size())).observe(field);
    show();
  }
}

class PlaceMap extends HTMLElement {
  connectedCallback() {
    this.open = once(() => this.draw());
    this.querySelector("button").addEventListener("click", () => this.toggle());
  }

  toggle() {
    const button = this.querySelector("button");
    const shown = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(shown));
    button.querySelector("span").textContent = shown ? this.dataset.hide : this.dataset.show;
    if (this.canvas) this.canvas.hidden = !shown;
    if (shown) {
      this.open().catch(() => {
        this.canvas?.remove();
        this.querySelector(".hint").textContent = this.dataset.failed;
      });
    }
  }

  async draw() {
    const { module, worker, style: href, integrity, points, outlines } = this.dataset;
    this.canvas = document.createElement("div");
    this.canvas.className = "canvas";
    this.append(this.canvas);
    const [library, places, borders] = await Promise.all([
      import(module),
      fetch(points, { headers: { Accept: "application/geo+json" } }).then((heard) => heard.json()),
      fetch(outlines).then((heard) => heard.json()),
      style(href, integrity),
    ]);
    library.setWorkerUrl(new URL(worker, location.href).href);
    const colour = (name) => getComputedStyle(this).getPropertyValue(name).trim();
    places.features = places.features.filter((place) => place.geometry);
    places.features.forEach((place) => (place.properties = { id: place.id, name: place.properties.name }));
    const bounds = new library.LngLatBounds();
    const reach = (part) => (typeof part[0] === "number" ? bounds.extend(part.slice(0, 2)) : part.forEach(reach));
    const shown = places.features.length ? places : borders;
    shown.features.forEach((feature) => reach(feature.geometry.coordinates));
    const map = new library.Map({
      container: this.canvas,
      bounds,
      fitBoundsOptions: { padding: 48, maxZoom: 13 },
      attributionControl: { compact: false, customAttribution: this.dataset.credit },
      cooperativeGestures: true,
      locale: {},
      style: {
        version: 8,
        sources: { borders: { type: "geojson", data: borders }, places: { type: "geojson", data: places } },
        layers: [
          { id: "ground", type: "background", paint: { "background-color": colour("--sunken") } },
          { id: "land", type: "fill", source: "borders", paint: { "fill-color": colour("--surface") } },
          { id: "edge", type: "line", source: "borders", paint: { "line-color": colour("--edge"), "line-width": 1.5 } },
          { id: "place", type: "circle", source: "places", paint: { "circle-radius": 8, "circle-color": colour("--tone"), "circle-stroke-width": 2, "circle-stroke-color": colour("--surface") } },
        ],
      },
    });
    map.getCanvas().setAttribute("aria-label", this.dataset.label);
    map.addControl(new library.NavigationControl({ showCompass: false }));
    map.on("click", "place", ({ features }) => this.tell(library, map, features[0]));
    await new Promise((done, failed) => {
      map.once("idle", done);
      map.once("error", ({ error }) => failed(error));
    });
    this.dataset.ready = "yes";
  }

  tell(library, map, { geometry, properties }) {
    const link = document.createElement("a");
    link.href = this.dataset.place + properties.id;
    link.textContent = properties.name ?? properties.id;
    new library.Popup({ focusAfterOpen: true }).setLngLat(geometry.coordinates).setDOMContent(link).addTo(map);
  }
}

customElements.define("by-position", Position);
customElements.define("by-chart", Chart);
customElements.define("by-map", PlaceMap);
