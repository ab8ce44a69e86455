/** Where the rows of a long list lie, and which of them are on the screen. Pure. */

export interface RowPlace {
  id: string;
  height_px: number;
  /** A line between groups: never active. */
  isLine?: boolean;
}

/** The top of each row, and the height of all as the last number. */
export function topsOf(rows: readonly RowPlace[]): number[] {
  const tops = [0];
  for (const row of rows) tops.push((tops.at(-1) ?? 0) + row.height_px);
  return tops;
}

/** The first and the last row that touch the window, with some to spare on both sides. The last is excluded. */
export function visible(tops: readonly number[], scroll_px: number, window_px: number, spare: number): [first: number, last: number] {
  const count = tops.length - 1;
  const first = indexAt(tops, scroll_px);
  const last = indexAt(tops, scroll_px + window_px) + 1;
  return [Math.max(0, first - spare), Math.min(count, last + spare)];
}

/** The row at a height: binary search, since a list has thousands. */
export function indexAt(tops: readonly number[], at_px: number): number {
  let low = 0;
  let high = tops.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= at_px) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The next row in a direction that can be active; the same one at the end. From -1: the first (or last). */
export function step(rows: readonly RowPlace[], from: number, by: number): number {
  const direction = Math.sign(by);
  let at = from;
  let left = Math.abs(by);
  for (let index = from + direction; index >= 0 && index < rows.length && left > 0; index += direction) {
    if (rows[index]?.isLine) continue;
    at = index;
    left -= 1;
  }
  return at;
}

/** Where to scroll so that a row is seen whole, moving as little as can be. The line above the first row of a group comes along. */
export function scrollTo(tops: readonly number[], rows: readonly RowPlace[], index: number, scroll_px: number, window_px: number): number {
  const withLine = rows[index - 1]?.isLine ? index - 1 : index;
  const top = tops[withLine] ?? 0;
  const bottom = tops[index + 1] ?? top;
  if (top < scroll_px) return top;
  return bottom > scroll_px + window_px ? bottom - window_px : scroll_px;
}
