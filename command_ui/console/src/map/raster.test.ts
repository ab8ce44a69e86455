import { describe, expect, test } from 'vitest';
import { blended, newRaster, newStamp, type Stamp } from './raster';

const RED = 0xff0000ff | 0;
const BLUE = 0xffff0000 | 0;
const stamp = (side: number, colour: number): Stamp => newStamp(side, new Int32Array(side * side).fill(colour));
const word = (raster: ReturnType<typeof newRaster>, x: number, y: number) =>
  new Int32Array(raster.pixels().buffer)[y * raster.size().width + x];

describe('a raster', () => {
  test('a stamp covers its square about the point and nothing else', () => {
    const raster = newRaster();
    raster.begin(20, 20);
    raster.stamp(stamp(4, RED), 10, 10);
    const painted = [...new Int32Array(raster.pixels().buffer)].filter((pixel) => pixel !== 0).length;
    expect(painted).toBe(16);
    expect([word(raster, 8, 8), word(raster, 11, 11), word(raster, 12, 11), word(raster, 7, 8)]).toEqual([RED, RED, 0, 0]);
  });

  test('at every place about the edges it is cut off, never wrapped round', () => {
    for (let x = -6; x <= 26; x += 1)
      for (let y = -6; y <= 26; y += 1) {
        const raster = newRaster();
        raster.begin(20, 20);
        raster.stamp(stamp(4, RED), x, y);
        const columns = Math.max(0, Math.min(20, x + 2) - Math.max(0, x - 2));
        const rows = Math.max(0, Math.min(20, y + 2) - Math.max(0, y - 2));
        expect([...new Int32Array(raster.pixels().buffer)].filter((pixel) => pixel !== 0).length).toBe(columns * rows);
      }
  });

  test('what comes later lies on top, and a new redraw begins empty', () => {
    const raster = newRaster();
    raster.begin(20, 20);
    raster.stamp(stamp(4, RED), 10, 10);
    raster.stamp(stamp(4, BLUE), 10, 10);
    expect(word(raster, 10, 10)).toBe(BLUE);
    raster.begin(20, 20);
    expect(word(raster, 10, 10)).toBe(0);
  });

  test('of one stamp the opaque pixels hide what is under them, the others let it through, also at an edge and in another width', () => {
    const half = 0x80ff0000 | 0;
    const mixed = newStamp(2, new Int32Array([half, RED, RED, 0]));
    for (const width of [20, 7]) {
      const raster = newRaster();
      raster.begin(width, 20);
      raster.stamp(stamp(8, BLUE), 1, 10);
      raster.stamp(mixed, 1, 10);
      raster.stamp(mixed, 0, 18);
      expect([word(raster, 0, 9), word(raster, 1, 9), word(raster, 0, 10), word(raster, 1, 10)]).toEqual([BLUE, RED, RED, BLUE]);
      expect([word(raster, 0, 17), word(raster, 0, 18), word(raster, 1, 17)]).toEqual([RED, 0, 0]);
    }
  });

  test('a half-transparent pixel mixes with what is under it', () => {
    expect(blended(0x80ffffff, 0xff000000)).toBe(0xff808080 | 0);
    expect(blended(0x00ffffff, RED)).toBe(RED);
    expect(blended(0, 0)).toBe(0);
  });
});
