// Runs before the first paint: the theme and colours that the reader chose here before, and the language.
{
  const kept = (key) => localStorage.getItem(`adjoin.${key}`);
  const root = document.documentElement;
  if (kept("theme")) root.dataset.theme = kept("theme");
  if (kept("colours")) root.dataset.colours = kept("colours");
  const here = new URL(location.href);
  if (kept("lang") === "en" && !here.searchParams.has("lang")) {
    here.searchParams.set("lang", "en");
    location.replace(here);
  }
}
