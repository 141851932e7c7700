// The little that a page does by itself: keys, switches, and the map where there is one.
// Everything works without it: forms are forms, links are links, the map is also drawn by the server.
const root = document.documentElement;
const keep = (key, value) => localStorage.setItem(`adjoin.${key}`, value);
const find = (selector) => document.querySelector(selector);

const dark = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

const switches = {
  theme: () => (root.dataset.theme = dark() ? "light" : "dark"),
  colours: () => (root.dataset.colours = root.dataset.colours === "habit" ? "safe" : "habit"),
};

for (const button of document.querySelectorAll("[data-switch]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    keep(button.dataset.switch, switches[button.dataset.switch]());
    dispatchEvent(new Event("adjoin:look"));
  });
}

for (const link of document.querySelectorAll("[data-lang]")) {
  link.addEventListener("click", () => keep("lang", link.dataset.lang));
}

// One group of the menu is open at a time; a click elsewhere or Escape closes it.
const openGroups = () => document.querySelectorAll("nav details[open]");
addEventListener("click", ({ target }) => openGroups().forEach((group) => group.contains(target) || (group.open = false)));
addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const group of openGroups()) {
    group.open = false;
    group.querySelector("summary").focus();
  }
});

const rows = () => [...document.querySelectorAll("[data-list] a[data-row]")];

function step(by) {
  const all = rows();
  const at = all.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
  all[next]?.focus();
}

const keys = {
  "/": () => find("#search")?.focus(),
  j: () => step(1),
  k: () => step(-1),
  "?": () => find("#keys")?.showModal(),
};

addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

find("#keys button")?.addEventListener("click", () => find("#keys").close());
find("[data-keys]")?.addEventListener("click", keys["?"]);

// What is left until a moment, told on from the server's own clock: the one of this machine may be wrong.
const clocks = [...document.querySelectorAll("[data-until]")];
const opened = performance.now();

function tick() {
  const now = Date.parse(find("[data-now]").dataset.now) + performance.now() - opened;
  for (const clock of clocks) {
    const minutes = Math.floor((Date.parse(clock.dataset.until) - now) / 60_000);
    const [h, m] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
    if (h >= 48) continue; // in days, as the page came
    const words = minutes < 0 ? clock.dataset.passed : clock.dataset.left;
    clock.textContent = words.replace("{h}", h).replace("{m}", m);
  }
}

if (clocks.length) setInterval(tick, 10_000);

// A long run: its bar and sentence follow the server, and when its state changes the page is opened anew.
const job = find("[data-job]");

async function follow() {
  const seen = await fetch(job.dataset.job).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
  if (seen && seen.state !== job.dataset.state) return location.reload();
  if (seen) {
    find("[data-say]").textContent = seen.line.say[root.lang === "en" ? "en" : "zh"];
    if (seen.share !== null) find("progress").value = seen.share;
  }
  setTimeout(follow, 1000);
}

if (job) setTimeout(follow, 500);

const map = find("[data-map]");
if (map && document.createElement("canvas").getContext("webgl2")) {
  new IntersectionObserver((seen, watcher) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    watcher.disconnect();
    import("./map.js").then(({ open }) => open(map));
  }).observe(map);
}
