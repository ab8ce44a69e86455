/**
 * New incidents of priority 1, beside a list that holds still. They appear without moving it: above a list that can scroll, which scrolls by as
 * much; below a short one, on its empty ground.
 */

import { useLayoutEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { focusPane } from '../focus';
import { useL } from '../i18n';
import { documents } from '../live/store';
import { select } from '../ui';
import { QueueRow, rowLabel } from './QueueRow';

interface Props {
  numbers: readonly string[];
  row_px: number;
  /** The height of all rows of the list. */
  rows_px: number;
  /** Lets the list follow, before the pinned incident is selected in it. */
  onGo: () => void;
}

const listOf = (element: Element | null | undefined) => element?.closest('.queue')?.querySelector<HTMLElement>('.q-body .list');

export function Pins({ numbers, row_px, rows_px, onGo }: Props) {
  const L = useL();
  const anchor = useRef<HTMLUListElement>(null);
  const height = useRef(0);
  const [isBelow, setBelow] = useState(false);
  const count = numbers.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height of the strip changes with their number
  useLayoutEffect(() => {
    const list = listOf(anchor.current);
    const now_px = anchor.current?.offsetHeight ?? 0;
    const more_px = now_px - height.current;
    height.current = now_px;
    if (!list || more_px === 0) return;
    if (isBelow || rows_px <= list.clientHeight) setBelow(now_px > 0 && rows_px <= list.clientHeight);
    else list.scrollTop += more_px;
  }, [count, row_px]);
  return (
    <ul
      className="q-pins"
      ref={anchor}
      data-below={isBelow || undefined}
      data-none={count === 0 || undefined}
      aria-label={L('新的特急警情', 'New critical incidents')}
    >
      {numbers.map((number) => (
        <li key={number}>
          <Button
            className="q-pin"
            style={{ height: row_px }}
            aria-label={rowLabel(documents('incident_board').get(number), number, L)}
            onPress={() => {
              onGo();
              select(number);
              focusPane('queue');
            }}
          >
            <QueueRow number={number} />
          </Button>
        </li>
      ))}
    </ul>
  );
}
