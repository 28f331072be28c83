// Bundle the console into the Python package, byte for byte the same on every machine.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const out = new URL("../src/stormcone/api/static/", import.meta.url).pathname;
const shared = {
  bundle: true, minify: true, format: "esm", target: "es2022", outdir: out, logLevel: "warning",
  legalComments: "none", jsx: "automatic", jsxImportSource: "preact", charset: "utf8",
  loader: { ".woff2": "file" }, assetNames: "[name]-[hash]", chunkNames: "chunk-[hash]",
};
const shipped = ["@fontsource/inter", "@preact/signals", "@preact/signals-core", "d3-array", "d3-geo",
  "internmap", "preact", "topojson-client", "uplot", "world-atlas"];

async function licences() {
  const texts = [];
  for (const name of shipped) {
    const folder = join("node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(join(folder, file), "utf8") : "";
    texts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return texts.join("\n----------------------------------------\n\n");
}

async function seal() {
  const names = (await readdir(out)).filter((name) => name !== "build.json").sort();
  const sum = createHash("sha256");
  for (const name of names) sum.update(name + "\0").update(await readFile(join(out, name)));
  const sealed = { build: sum.digest("hex").slice(0, 12), files: names };
  await writeFile(join(out, "build.json"), JSON.stringify(sealed) + "\n");
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({ ...shared, entryPoints: { main: "src/main.tsx" }, splitting: true });
const workers = { hub: "src/state/hub.ts", tables: "src/map/tables.worker.ts" };
await build({ ...shared, entryPoints: workers, format: "iife" });
await writeFile(join(out, "index.html"), await readFile("index.html"));
await writeFile(join(out, "land-50m.json"), await readFile("node_modules/world-atlas/land-50m.json"));
await writeFile(join(out, "LICENSES.txt"), await licences());
await seal();
