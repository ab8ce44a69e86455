// Weighs what was built: the JavaScript that a console fetches for its first picture may not pass the limit. Other screens are fetched when
// they are looked at, and are listed with their own weight.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

// 250 kB gzip of JavaScript without the map: about two seconds on the slowest link that a command post has (1 Mbit/s).
const SCRIPT_KB_MAX = 250;
const built = new URL('../../console_build/assets/', import.meta.url).pathname;

const weigh = (name) => gzipSync(readFileSync(join(built, name))).length / 1000;
const names = readdirSync(built).filter((name) => /\.(m?js|css)$/.test(name));
const read = (path) => readFileSync(new URL(`../../console_build/${path}`, import.meta.url), 'utf8');
// The dispatch screen asks for its map's panel at once; the map's library comes after it.
const FIRST = /^MapPanel-/;
const first = new Set(names.filter((name) => FIRST.test(name) && name.endsWith('js')));
for (const [, name] of read('index.html').matchAll(/assets\/([\w.-]+\.js)/g)) first.add(name);
// What a script imports by itself comes along; what it only may import later (`import(…)`) does not.
for (const name of first)
  for (const [, part] of read(`assets/${name}`).matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) first.add(part);
const scripts = [...first].filter((name) => !name.startsWith('maplibre'));
const script_kb = scripts.reduce((sum, name) => sum + weigh(name), 0);

for (const name of names)
  console.log(`${weigh(name).toFixed(1).padStart(8)} kB gzip  ${name}${scripts.includes(name) ? '  (first picture)' : ''}`);
console.log(`JavaScript of the first picture, without the map's library: ${script_kb.toFixed(1)} kB gzip, limit ${SCRIPT_KB_MAX} kB`);
if (script_kb > SCRIPT_KB_MAX) process.exit(1);
