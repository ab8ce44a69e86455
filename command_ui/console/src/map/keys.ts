/** The keys of the map: while it has the focus, but for G and M, which lead to it from anywhere. */
import { useEffect, useRef } from 'react';
import { focusPane } from '../focus';
import { type KeyAct, registerKeys } from '../keys';

export type MapActs = {
  readonly pan: (dx: number, dy: number) => void;
  readonly zoom: (steps: number) => void;
  readonly walk: (by: 1 | -1) => void;
  /** These answer false when there is nothing to do: the key is then another's. */
  readonly goToSelection: () => boolean;
  readonly enter: () => boolean;
  readonly escape: () => boolean;
};

// One press shows a tenth of a common panel anew; with Shift a third.
const PAN_PX = 90;
const PAN_FAR_PX = 300;

const ARROWS = [
  ['ArrowLeft', -1, 0],
  ['ArrowRight', 1, 0],
  ['ArrowUp', 0, -1],
  ['ArrowDown', 0, 1],
] as const;

/** Registers the keys once; what they do is always the newest. */
export function useMapKeys(acts: MapActs): void {
  const newest = useRef(acts);
  newest.current = acts;
  useEffect(() => registerKeys(keysOf(() => newest.current)), []);
}

export function keysOf(acts: () => MapActs): KeyAct[] {
  const pans = ARROWS.flatMap(([key, x, y]): KeyAct[] => [
    {
      key,
      zh: '移动地图',
      en: 'Move the map',
      where: 'map',
      isHidden: key !== 'ArrowLeft',
      mayRepeat: true,
      run: () => acts().pan(x * PAN_PX, y * PAN_PX),
    },
    {
      key: `Shift+${key}`,
      zh: '移动地图',
      en: 'Move the map',
      where: 'map',
      isHidden: true,
      mayRepeat: true,
      run: () => acts().pan(x * PAN_FAR_PX, y * PAN_FAR_PX),
    },
  ]);
  return [
    ...pans,
    { key: 'M', zh: '到地图', en: 'To the map', where: 'screen', run: () => focusPane('map') },
    { key: 'G', zh: '地图到选中的警情', en: 'Map to the selected incident', where: 'screen', run: () => acts().goToSelection() },
    { key: '+', mayRepeat: true, zh: '放大', en: 'Zoom in', where: 'map', run: () => acts().zoom(1) },
    { key: '-', mayRepeat: true, zh: '缩小', en: 'Zoom out', where: 'map', run: () => acts().zoom(-1) },
    { key: ']', mayRepeat: true, zh: '下一起警情', en: 'Next incident in view', where: 'map', run: () => acts().walk(1) },
    { key: '[', mayRepeat: true, zh: '上一起警情', en: 'Previous incident in view', where: 'map', run: () => acts().walk(-1) },
    { key: 'Enter', zh: '选中', en: 'Select', where: 'map', isHidden: true, run: (event) => isOnMap(event) && acts().enter() },
    { key: 'Escape', zh: '退出', en: 'Back out', where: 'map', isHidden: true, run: () => acts().escape() },
  ];
}

/** Enter on a button inside the map presses the button. */
const isOnMap = (event: KeyboardEvent): boolean => event.target instanceof HTMLElement && event.target.dataset.pane === 'map';
