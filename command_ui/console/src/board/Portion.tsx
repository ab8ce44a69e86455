/**
 * The board in portions of whole rows. Of a large fleet only the portions near what is seen are in the page: cells by the ten thousand cost
 * every frame and every key, also those that nobody sees. When one cell changes, React looks at its neighbours within the same portion.
 */

import { memo, useEffect, useRef, useState } from 'react';
import { Cell } from './Cell';
import type { Block } from './layout';

const PORTION_UNITS = 128;
// Fills the tallest board, so that its first picture has no gap.
export const PORTIONS_AT_FIRST = 4;
// Half a board's height beyond both edges: a wheel meets no empty ground, and the page has no more cells than it must.
const NEAR = '50% 0px';

const portions = new WeakMap<Block, string[][]>();

/** A block's units in portions of whole rows, the same ones for the same block. */
export function portionsOf(block: Block): string[][] {
  const held = portions.get(block);
  if (held) return held;
  const size = Math.ceil(PORTION_UNITS / block.columns) * block.columns;
  const count = Math.ceil(block.units.length / size);
  const made = Array.from({ length: count }, (_, index) => block.units.slice(index * size, (index + 1) * size));
  portions.set(block, made);
  return made;
}

interface Props {
  units: readonly string[];
  rows: number;
  /** Whether it is drawn before anybody knows what is seen. */
  isFirst: boolean;
  /** Its unit that has the tab stop, if it is here: the portion stays in the page, wherever it is. */
  current: string | null;
  selected: string | null;
  capability: string;
  isFreeOnly: boolean;
}

export const Portion = memo(function Portion({ units, rows, isFirst, current, selected, capability, isFreeOnly }: Props) {
  const [isNear, setNear] = useState(isFirst);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const watch = new IntersectionObserver((seen) => setNear(seen.at(-1)?.isIntersecting ?? true), {
      root: element.closest('.b-body'),
      rootMargin: NEAR,
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const isDrawn = isNear || current !== null;
  return (
    <div ref={ref} className="b-grid" role="presentation" style={isDrawn ? undefined : { height: `calc(var(--cell) * ${rows})` }}>
      {isDrawn
        ? units.map((unit) => (
            <Cell
              key={unit}
              unit={unit}
              isCurrent={unit === current}
              isSelected={unit === selected}
              capability={capability}
              isFreeOnly={isFreeOnly}
            />
          ))
        : null}
    </div>
  );
});
