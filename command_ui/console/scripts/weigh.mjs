// Weighs what was built: the JavaScript that a console fetches before its map may not pass the limit.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

// 250 kB gzip of JavaScript without the map: about two seconds on the slowest link that a command post has (1 Mbit/s).
const SCRIPT_KB_MAX = 250;
const built = new URL('../../console_build/assets/', import.meta.url).pathname;

const weigh = (name) => gzipSync(readFileSync(join(built, name))).length / 1000;
const names = readdirSync(built).filter((name) => /\.(m?js|css)$/.test(name));
const isMapLibrary = (name) => name.startsWith('maplibre');
const scripts = names.filter((name) => name.endsWith('js') && !isMapLibrary(name));
const script_kb = scripts.reduce((sum, name) => sum + weigh(name), 0);

for (const name of names) console.log(`${weigh(name).toFixed(1).padStart(8)} kB gzip  ${name}`);
console.log(`JavaScript without the map's library: ${script_kb.toFixed(1)} kB gzip, limit ${SCRIPT_KB_MAX} kB`);
if (script_kb > SCRIPT_KB_MAX) process.exit(1);
