import { defineConfig } from "vite";

export default defineConfig({
  base: "/static/",
  publicDir: false,
  build: {
    outDir: "../adjoin/web/static/built",
    emptyOutDir: true,
    assetsDir: "",
    assetsInlineLimit: 0,
    manifest: "manifest.json",
    modulePreload: false,
    target: "es2022",
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { input: ["src/early.js", "src/app.js", "src/style.css", "src/wall.css"] },
  },
});
