/** Marks that would fall on the same few pixels are drawn once: thousands of units in one square kilometre cost what the eye sees. */

// Two dots nearer than this are one dot to the eye at 80 cm.
export const CELL_PX = 3;

export type Crowd = {
  /** Forgets everything, for a panel of this size. */
  readonly clear: (width: number, height: number) => void;
  /** Whether a mark of this kind (0 to 7) is the first of its kind in its cell; outside the panel never. */
  readonly isFirst: (x: number, y: number, kind: number) => boolean;
};

/** One byte a cell, one bit a kind; cleared by a fill, never allocated anew while the size stays. */
export function newCrowd(): Crowd {
  let columns = 0;
  let rows = 0;
  let cells = new Uint8Array(0);
  return {
    clear: (width, height) => {
      columns = Math.ceil(width / CELL_PX);
      rows = Math.ceil(height / CELL_PX);
      if (cells.length === columns * rows) cells.fill(0);
      else cells = new Uint8Array(columns * rows);
    },
    isFirst: (x, y, kind) => {
      const column = Math.floor(x / CELL_PX);
      const row = Math.floor(y / CELL_PX);
      if (column < 0 || row < 0 || column >= columns || row >= rows) return false;
      const index = row * columns + column;
      const bit = 1 << kind;
      const held = cells[index] as number;
      if (held & bit) return false;
      cells[index] = held | bit;
      return true;
    },
  };
}
