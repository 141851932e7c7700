// The map of the border: rivers of the bundle as lines, sections as marks with the character of their class.
// No tile, no glyph, no font from any network; the picture drawn by the server stays for print and as fallback.
import { Map as Chart, Marker, NavigationControl, Popup, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import "./popup.css";

setWorkerUrl(workerUrl);

const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const named = (lang) => ["get", `name_${lang}`];

function style(data, lang) {
  const line = (id, filter, paint) => ({
    id, type: "line", source: "rivers", filter, paint, layout: { "line-cap": "round", "line-join": "round" },
  });
  return {
    version: 8,
    sources: {
      areas: { type: "geojson", data: data.areas },
      rivers: { type: "geojson", data: data.rivers },
      sections: { type: "geojson", data: data.sections },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": ink("--map-ground") } },
      {
        id: "areas", type: "fill", source: "areas",
        paint: { "fill-color": ["match", ["get", "side"], 0, ink("--map-a0"), ink("--map-a1")], "fill-antialias": false },
      },
      line("rivers", ["!", ["get", "border"]], {
        "line-color": ink("--map-river"),
        "line-width": ["interpolate", ["linear"], ["zoom"], 6, ["get", "width"], 11, ["*", 3, ["get", "width"]]],
      }),
      line("border", ["get", "border"], {
        "line-color": ink("--map-river"), "line-width": 4, "line-dasharray": [0.2, 1.6],
      }),
      {
        id: "river-names", type: "symbol", source: "rivers",
        layout: {
          "symbol-placement": "line", "symbol-spacing": 320, "text-field": named(lang), "text-size": 12,
          "text-letter-spacing": 0.2, "text-font": ["sans-serif"],
        },
        paint: { "text-color": ink("--map-river-name"), "text-halo-color": ink("--map-ground"), "text-halo-width": 2 },
      },
      {
        id: "section-names", type: "symbol", source: "sections",
        layout: {
          "text-field": named(lang), "text-size": 13, "text-variable-anchor": ["left", "right", "top", "bottom"],
          "text-radial-offset": 1.1, "text-font": ["sans-serif"], "symbol-sort-key": ["get", "rank"],
        },
        paint: { "text-color": ink("--ink"), "text-halo-color": ink("--map-ground"), "text-halo-width": 1.6 },
      },
    ],
  };
}

function mark({ properties, geometry }, lang) {
  const link = document.createElement("a");
  link.href = properties[`href_${lang}`];
  link.className = `chip ${properties.class_css}${properties.focus ? " focus" : ""}`;
  link.style.zIndex = 1000 - properties.rank;
  link.textContent = properties.character;
  link.title = `${properties[`name_${lang}`]} ${properties.character}`;
  link.setAttribute("aria-label", link.title);
  return new Marker({ element: link }).setLngLat(geometry.coordinates);
}

const NEAR = 24; // pixels from a river that a finger or a mouse may miss it by

const away = (p, a, b) => {
  const [x, y] = [b.x - a.x, b.y - a.y];
  const part = Math.min(Math.max(((p.x - a.x) * x + (p.y - a.y) * y) / (x * x + y * y || 1), 0), 1);
  return Math.hypot(p.x - a.x - part * x, p.y - a.y - part * y);
};

// The reach that runs nearest to a point of the canvas, with its middle kilometre.
function reachAt(chart, rivers, point) {
  let best = { far: NEAR };
  for (const { geometry, properties } of rivers) {
    const line = geometry.coordinates.map((spot) => chart.project(spot));
    for (let at = 1; at < line.length; at += 1) {
      const far = away(point, line[at - 1], line[at]);
      if (far < best.far) best = { far, properties, at: at - 1 };
    }
  }
  if (!best.properties) return null;
  const [place, , km] = best.properties.reaches.findLast(([, start]) => start <= best.at);
  return { place, km, properties: best.properties };
}

function tell(chart, spot, lang, title, links) {
  const box = document.createElement("div");
  const head = document.createElement("strong");
  head.textContent = title;
  box.append(head);
  for (const [words, href] of links) {
    const link = document.createElement("a");
    link.textContent = words;
    link.href = lang === "en" ? `${href}${href.includes("?") ? "&" : "?"}lang=en` : href;
    box.append(link);
  }
  new Popup({ maxWidth: "18rem" }).setLngLat(spot).setDOMContent(box).addTo(chart);
}

export async function open(frame) {
  const lang = document.documentElement.lang === "en" ? "en" : "zh";
  const data = await (await fetch(frame.dataset.map)).json();
  const canvas = document.createElement("div");
  canvas.className = "map-canvas";
  frame.append(canvas);
  const chart = new Chart({
    container: canvas, style: style(data, lang), bounds: data.bounds, fitBoundsOptions: { padding: 40 },
    attributionControl: false, fadeDuration: 0, dragRotate: false, cooperativeGestures: true, maxZoom: 13,
    locale: frame.dataset.locale ? JSON.parse(frame.dataset.locale) : undefined,
  });
  chart.addControl(new NavigationControl({ showCompass: false }), "top-right");
  chart.touchZoomRotate.disableRotation();
  const words = JSON.parse(frame.dataset.words);
  const desk = (place) => [words.accident, `/desk?place=${encodeURIComponent(place)}`];
  const kilometre = (name, km) => (km === null ? name : lang === "en" ? `${name}, km ${km}` : `${name} ${km} km`);
  for (const section of data.sections.features) {
    const { properties, geometry } = section;
    const pin = mark(section, lang).addTo(chart);
    pin.getElement().addEventListener("click", (event) => {
      event.stopPropagation(); // the river below it is not meant
      if (!event.detail || event.ctrlKey || event.metaKey || event.shiftKey) return; // a key, or another tab: the link itself
      event.preventDefault();
      const where = kilometre(properties[`river_${lang}`], properties.km);
      const links = [[words.section, `/section/${properties.site}`], ...(properties.km === null ? [] : [desk(properties.site)])];
      tell(chart, geometry.coordinates, lang, `${properties[`name_${lang}`]} · ${where}`, links);
    });
  }
  chart.on("click", ({ point, lngLat }) => {
    const found = reachAt(chart, data.rivers.features, point);
    if (found) tell(chart, lngLat, lang, kilometre(found.properties[`name_${lang}`], found.km), [desk(found.place)]);
  });
  chart.once("idle", () => frame.classList.add("live"));
  const repaint = () => chart.setStyle(style(data, lang));
  addEventListener("adjoin:look", repaint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
}
