/**
 * Type-ahead over names in Chinese, in English and by initials: «住宅», «dwell», «df», «zzhz» all find 住宅火灾 / Dwelling fire. Pure.
 */

// The first character of each letter in the pinyin collation that browsers carry (CLDR `zh-u-co-pinyin`): what sorts between two of them
// begins with that letter. It spares a table of 20,000 characters; a character with two readings is found by its commoner one.
const BOUNDARIES = '阿八嚓哒妸发旮哈讥咔垃妈拏喔妑七呥仨他屲夕丫帀';
const LETTERS = 'abcdefghjklmnopqrstwxyz';
const collator = new Intl.Collator('zh-Hans-CN-u-co-pinyin');

export function pinyinInitial(character: string): string {
  if (!/[\u3400-\u9fff]/.test(character)) return /[a-z0-9]/i.test(character) ? character.toLowerCase() : '';
  const boundaries = [...BOUNDARIES];
  const after = boundaries.findIndex((boundary) => collator.compare(character, boundary) < 0);
  return LETTERS[(after < 0 ? boundaries.length : after) - 1] ?? '';
}

export function initialsZh(name: string): string {
  return [...name].map(pinyinInitial).join('');
}

export function initialsEn(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toLowerCase())
    .join('');
}

export interface Findable {
  code: string;
  zh: string;
  en: string;
}

interface Indexed<T> {
  thing: T;
  zh: string;
  en: string;
  pinyin: string;
  letters: string;
}

/** Prepared once for a catalogue, asked at every stroke. */
export function indexed<T extends Findable>(things: readonly T[]): Indexed<T>[] {
  return things.map((thing) => ({
    thing,
    zh: thing.zh,
    en: thing.en.toLowerCase(),
    pinyin: initialsZh(thing.zh),
    letters: initialsEn(thing.en),
  }));
}

/** What matches, best first: a whole beginning before a middle, a name before initials; what `before` prefers breaks ties. */
export function found<T extends Findable>(index: readonly Indexed<T>[], query: string, before: (a: T, b: T) => number): T[] {
  const wanted = query.normalize('NFKC').trim().toLowerCase();
  const rank = (entry: Indexed<T>): number => {
    if (!wanted) return 0;
    if (entry.zh.startsWith(wanted) || entry.en.startsWith(wanted) || entry.thing.code === wanted) return 0;
    if (entry.pinyin.startsWith(wanted) || (wanted.length > 1 && entry.letters.startsWith(wanted))) return 1;
    if (entry.zh.includes(wanted) || entry.en.split(/[^a-z0-9]+/).some((word) => word.startsWith(wanted))) return 2;
    if (wanted.length > 1 && (entry.pinyin.includes(wanted) || entry.en.includes(wanted))) return 3;
    return Number.POSITIVE_INFINITY;
  };
  return index
    .map((entry) => ({ entry, rank: rank(entry) }))
    .filter(({ rank: value }) => Number.isFinite(value))
    .sort((a, b) => a.rank - b.rank || before(a.entry.thing, b.entry.thing))
    .map(({ entry }) => entry.thing);
}
