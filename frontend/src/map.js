// The map of the border: rivers of the bundle as lines, sections as marks with the character of their class.
// No tile, no glyph, no font from any network; the picture drawn by the server stays for print and as fallback.
import { Map as Chart, Marker, NavigationControl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";

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
  for (const section of data.sections.features) mark(section, lang).addTo(chart);
  chart.once("idle", () => frame.classList.add("live"));
  const repaint = () => chart.setStyle(style(data, lang));
  addEventListener("adjoin:look", repaint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
}
