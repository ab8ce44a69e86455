/** A point typed as «117.2,39.1»: longitude first, as everywhere in the system; swapped only where it cannot be meant otherwise. Pure. */

export type Datum = 'WGS-84' | 'GCJ-02' | 'BD-09';
export const DATUMS: readonly Datum[] = ['WGS-84', 'GCJ-02', 'BD-09'];

export interface Point {
  lon: number;
  lat: number;
}

const NUMBER = /^([+-]?\d{1,3}(?:\.\d+)?)[°]?\s*[,,;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)[°]?$/;

/** Null when the text is not a pair of degrees. A first number up to 90 with a second beyond it is a latitude: the pair is turned round. */
export function coordinates(text: string): Point | null {
  const match = NUMBER.exec(text.normalize('NFKC').trim());
  if (!match) return null;
  const [first, second] = [Number(match[1]), Number(match[2])];
  if (Math.abs(first) <= 180 && Math.abs(second) <= 90) return { lon: first, lat: second };
  if (Math.abs(first) <= 90 && Math.abs(second) <= 180) return { lon: second, lat: first };
  return null;
}

/** Five decimals are about a metre. */
export function pointText(point: Point): string {
  return `${point.lon.toFixed(5)}, ${point.lat.toFixed(5)}`;
}
