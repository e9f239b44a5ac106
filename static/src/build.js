// Compiles static/src into static/build: one stylesheet, one script, two subset fonts, one icon sprite.
// Everything third-party comes from node_modules and is copied only when something here names it.

import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import * as sass from "sass";
import subsetFont from "subset-font";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const out = join(root, "static", "build");
const uswds = join(root, "node_modules", "@uswds", "uswds");

// One for every page; one for the pages that are lists to work from.
const SCRIPTS = ["throughline.js", "boards.js"];

// The icons the templates use, by their USWDS name. A name missing here is a blank square on the page.
const ICONS = [
  "account_circle", "add", "arrow_back", "arrow_forward", "attach_money", "calendar_today", "check", "check_circle",
  "close", "construction", "edit", "error", "event", "expand_more", "file_download", "file_upload", "help",
  "history", "info", "language", "launch", "location_on", "lock", "mail", "menu", "navigate_before", "navigate_next",
  "notifications", "people", "person", "phone", "print", "public", "remove_circle", "schedule", "school", "search", "settings",
  "verified", "warning", "work",
];

// Basic Latin and Latin-1 (English, Spanish and most names), dashes, quotes and arrows. Not the middle dot: Overpass gives
// it no width, so it would stick to the next word; the reader's own font draws it.
const range = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));
const LETTERS = [...range(0x20, 0x7e), ...range(0xa0, 0xb6), ...range(0xb8, 0xff), ..."‘’“”–—…•←↑→↓"].join("");

async function styles() {
  const { css } = await sass.compileAsync(join(here, "throughline.scss"), {
    style: "compressed",
    loadPaths: [join(uswds, "packages")],
    quietDeps: true,
    logger: process.env.VERBOSE ? undefined : sass.Logger.silent,
    importers: [{ findFileUrl: (url) => (url.startsWith("uswds-core") ? pathToFileURL(join(uswds, "packages", url)) : null) }],
  });
  await writeFile(join(out, "throughline.css"), css);
  // A picture the theme asks for and that is not there would stop collectstatic.
  for (const [, path] of css.matchAll(/url\("\.\/([\w/-]+\.svg)"\)/g)) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await copyFile(join(uswds, "dist", "img", path), join(out, path));
  }
}

async function fonts() {
  for (const weight of [400, 700]) {
    const source = join(root, "node_modules", "@fontsource", "overpass", "files", `overpass-latin-${weight}-normal.woff2`);
    const font = await subsetFont(await readFile(source), LETTERS, { targetFormat: "woff2", noLayoutClosure: true });
    await writeFile(join(out, `overpass-${weight}.woff2`), font);
  }
}

async function icons() {
  const symbols = ICONS.map(async (name) => {
    const svg = await readFile(join(uswds, "dist", "img", "usa-icons", `${name}.svg`), "utf8");
    const body = svg.replace(/^[^]*?<svg[^>]*>/, "").replace("</svg>", "").replace(/<path [^>]*fill="none"[^>]*\/>/g, "").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
  });
  await writeFile(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${(await Promise.all(symbols)).join("")}</svg>\n`);
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([styles(), fonts(), icons(), ...SCRIPTS.map((name) => copyFile(join(here, name), join(out, name)))]);
for (const name of ["throughline.css", ...SCRIPTS, "icons.svg", "overpass-400.woff2", "overpass-700.woff2"]) {
  const bytes = await readFile(join(out, name));
  const sent = name.endsWith("woff2") ? bytes.length : gzipSync(bytes, { level: 9 }).length;
  console.log(`${name.padEnd(22)} ${(sent / 1000).toFixed(1).padStart(6)} kB`);
}
