// Cuts Inter down to what our pages write, because the font is the heaviest thing on a shopper's first visit:
// weights 400 to 650 only, and of the OpenType features those we use. Usage: node font.mjs <folder>

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import subsetFont from "subset-font";

const SOURCE = "node_modules/@fontsource-variable/inter/files";
const FEATURES = ["kern", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "case"];
const PUNCTUATION = "–—‘’‚“”„†•…‰‹›⁄€™←↑→↓−×≈≤≥●○";

const range = (from, to) => String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, i) => from + i));

// The first file serves English, German, French, Spanish and Portuguese; browsers fetch the second only for a page
// on which a letter of another Latin alphabet occurs (see the unicode-range in styles/font.css).
const SUBSETS = [
  { from: "inter-latin-wght-normal.woff2", to: "inter.woff2", text: range(0x20, 0x7e) + range(0xa0, 0xff) + "Œœ" + PUNCTUATION },
  { from: "inter-latin-ext-wght-normal.woff2", to: "inter-ext.woff2", text: range(0x100, 0x17f) + range(0x218, 0x21b) + "ẞ₺₽₹₴" },
];

const folder = process.argv[2];
for (const { from, to, text } of SUBSETS) {
  const subset = await subsetFont(await readFile(join(SOURCE, from)), text, {
    targetFormat: "woff2",
    variationAxes: { wght: { min: 400, max: 650 } },
    keepFeatures: FEATURES,
    noHinting: true,
  });
  await writeFile(join(folder, to), subset);
}
