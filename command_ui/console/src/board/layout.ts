/** How the unit board divides its width among the agencies, and where the arrows lead. Pure. */

export interface Block {
  agency: string;
  units: readonly string[];
  columns: number;
}

// Mark, call sign, letter and minutes; and without the letter and the minutes of what is at rest. «24h» is the longest age.
const CELL_PX_WHOLE = 94;
const CELL_PX_COMPACT = 76;
// What the columns do not get: the edges of each agency's block, and the gap to the next.
const BLOCK_PX = 5;

// Ten rows are read at a glance, and thirteen still fit under the map of a large screen; past that the board would rather be compact.
const ROWS_MIN = 10;
const ROWS_WHOLE_MAX = 13;

export interface Layout {
  blocks: Block[];
  isCompact: boolean;
}

/** Columns for each agency: as few rows as the width allows, and whole cells as long as the rows do not get too many. */
export function layoutOf(agencies: readonly { agency: string; units: readonly string[] }[], width_px: number): Layout {
  const present = agencies.filter(({ units }) => units.length > 0);
  const longest = Math.max(1, ...present.map(({ units }) => units.length));
  const rowsAt = (cell_px: number) => {
    const columns_max = Math.floor((width_px - BLOCK_PX * present.length) / cell_px);
    const columns = (of: number) => present.reduce((sum, { units }) => sum + Math.ceil(units.length / of), 0);
    let rows = Math.min(ROWS_MIN, longest);
    while (rows < longest && columns(rows) > columns_max) rows += 1;
    return rows;
  };
  const whole = rowsAt(CELL_PX_WHOLE);
  const isCompact = whole > ROWS_WHOLE_MAX;
  const rows = isCompact ? rowsAt(CELL_PX_COMPACT) : whole;
  return { blocks: present.map(({ agency, units }) => ({ agency, units, columns: Math.ceil(units.length / rows) })), isCompact };
}

/** Units stand row by row in their block. The arrows go by what the eye sees; at a block's edge they go on in the next. */
export function moved(blocks: readonly Block[], unit: string, key: string): string {
  const at = blocks.findIndex(({ units }) => units.includes(unit));
  const block = blocks[at];
  if (!block) return blocks[0]?.units[0] ?? unit;
  const index = block.units.indexOf(unit);
  const row = Math.floor(index / block.columns);
  const column = index % block.columns;
  const within = (to: number) => block.units[to] ?? unit;
  switch (key) {
    case 'ArrowDown':
      return within(index + block.columns);
    case 'ArrowUp':
      return within(index - block.columns);
    case 'ArrowRight':
      return column + 1 < block.columns && index + 1 < block.units.length ? within(index + 1) : entered(blocks[at + 1], row, 'left', unit);
    case 'ArrowLeft':
      return column > 0 ? within(index - 1) : entered(blocks[at - 1], row, 'right', unit);
    case 'PageDown':
      return entered(blocks[at + 1], 0, 'left', unit);
    case 'PageUp':
      return entered(blocks[at - 1], 0, 'left', unit);
    case 'Home':
      return blocks[0]?.units[0] ?? unit;
    case 'End':
      return blocks.at(-1)?.units.at(-1) ?? unit;
    default:
      return unit;
  }
}

function entered(block: Block | undefined, row: number, side: 'left' | 'right', otherwise: string): string {
  if (!block) return otherwise;
  const rows = Math.ceil(block.units.length / block.columns);
  const start = Math.min(row, rows - 1) * block.columns;
  const index = side === 'left' ? start : Math.min(start + block.columns, block.units.length) - 1;
  return block.units[index] ?? otherwise;
}
