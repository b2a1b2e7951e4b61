// Puts a .br and a .gz beside every text file, which whitenoise then serves as they are. Usage: node compress.mjs <folder>

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const folder = process.argv[2];
for (const name of await readdir(folder)) {
  if (!/\.(css|js|svg)$/.test(name)) continue;
  const path = join(folder, name);
  const text = await readFile(path);
  await writeFile(`${path}.br`, brotliCompressSync(text));
  await writeFile(`${path}.gz`, gzipSync(text, { level: 9 }));
}
