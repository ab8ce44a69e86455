// Weighs what was built: the JavaScript that a console fetches before its first picture stands may not pass the limit. Screens that are
// fetched when they are first looked at are weighed each by itself.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

// 250 kB gzip of JavaScript without the map: about two seconds on the slowest link that a command post has (1 Mbit/s).
const SCRIPT_KB_MAX = 250;
const built = new URL('../../console_build/', import.meta.url).pathname;
const assets = join(built, 'assets');

const weigh = (name) => gzipSync(readFileSync(join(assets, name))).length / 1000;
const names = readdirSync(assets).filter((name) => /\.(m?js|css)$/.test(name));
const isMapLibrary = (name) => name.startsWith('maplibre');
// The dispatch screen asks for its map panel at once; what the panel draws with comes after the picture.
const isFirstScreen = (name) => /^MapPanel.*\.js$/.test(name);

/** A script and all that it imports without waiting to be asked. */
function withImports(name, found) {
  if (found.has(name) || isMapLibrary(name)) return;
  found.add(name);
  const text = readFileSync(join(assets, name), 'utf8');
  for (const [, imported] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.m?js)["']/g)) withImports(imported, found);
}

const first = new Set();
const page = readFileSync(join(built, 'index.html'), 'utf8');
for (const [, name] of page.matchAll(/assets\/([^"']+\.m?js)/g)) withImports(name, first);
for (const name of names.filter(isFirstScreen)) withImports(name, first);
const script_kb = [...first].reduce((sum, name) => sum + weigh(name), 0);

for (const name of names) console.log(`${weigh(name).toFixed(1).padStart(8)} kB gzip  ${first.has(name) ? '1st ' : '    '} ${name}`);
console.log(`JavaScript of the first picture, without the map's library: ${script_kb.toFixed(1)} kB gzip, limit ${SCRIPT_KB_MAX} kB`);
if (script_kb > SCRIPT_KB_MAX) process.exit(1);
