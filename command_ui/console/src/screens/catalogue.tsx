/** The screens that there are: start reading here. Each is a file of its own, fetched when it is first looked at. */

import { type ComponentType, lazy } from 'react';
import { DispatchScreen } from '../dispatch/DispatchScreen';
import type { Role, ViewName } from '../documents';
import { PanelScreen } from '../windows/PanelScreen';
import type { ScreenName } from './route';

export interface ScreenEntry {
  name: ScreenName;
  zh: string;
  en: string;
  /** Whoever has one of these roles finds the screen in the menu; without it, everybody does. What may be read and done the server decides. */
  roles?: readonly Role[];
  /** What the screen subscribes to while it is shown, beside what the frame does. */
  views: readonly ViewName[];
  /** Nothing of the console's frame around it (no bar, no keys of acts): a wall is looked at, not worked at. */
  isBare?: boolean;
  /** A bare screen is silent unless it says so; of several windows of one operator only one sounds. */
  rings?: boolean;
  /** It says itself when its data stand still and when it shows the past, in letters of its own size and with nothing to press. */
  hasOwnBand?: boolean;
  /** Reached from elsewhere, with something in its address: not in the menu. */
  isHidden?: boolean;
  Screen: ComponentType;
}

const AdministrationScreen = lazy(() =>
  import('../administration/AdministrationScreen').then(({ AdministrationScreen: Screen }) => ({ default: Screen })),
);
// Looked at now and then: what is only for them is not fetched with the first picture.
const RecordScreen = lazy(() => import('../record/RecordScreen').then(({ RecordScreen: Screen }) => ({ default: Screen })));
const HandOverScreen = lazy(() => import('../hand_over/HandOverScreen').then(({ HandOverScreen: Screen }) => ({ default: Screen })));
const WallScreen = lazy(() => import('../wall/WallScreen').then((file) => ({ default: file.WallScreen })));
const StatisticsScreen = lazy(() => import('../statistics/StatisticsScreen').then((file) => ({ default: file.StatisticsScreen })));

export const SCREENS: readonly ScreenEntry[] = [
  {
    name: 'dispatch',
    zh: '调度',
    en: 'Dispatch',
    views: ['call_board', 'unit_position'],
    Screen: DispatchScreen,
  },
  {
    name: 'administration',
    zh: '管理',
    en: 'Administration',
    roles: ['administrator', 'commander'],
    views: ['unit_register', 'account_directory'],
    Screen: AdministrationScreen,
  },
  {
    name: 'panel',
    zh: '面板',
    en: 'Panel',
    views: ['call_board', 'unit_position'],
    isBare: true,
    rings: true,
    isHidden: true,
    // Made of the panels that the dispatch screen brings along anyway.
    Screen: PanelScreen,
  },
  {
    name: 'incident',
    zh: '警情档案',
    en: 'Incident record',
    views: [],
    isHidden: true,
    Screen: RecordScreen,
  },
  {
    name: 'hand-over',
    zh: '交接班',
    en: 'Hand-over',
    roles: ['call_taker', 'dispatcher', 'commander', 'analyst'],
    // Promises are subscribed to by the bar, which counts them on every screen.
    views: ['hand_over_board'],
    Screen: HandOverScreen,
  },
  {
    name: 'wall',
    zh: '大屏',
    en: 'Wall',
    roles: ['wall', 'commander', 'dispatcher', 'call_taker', 'analyst', 'agency'],
    // Nothing else: what a wall must not show does not come to it.
    views: ['wall_board', 'source_health'],
    isBare: true,
    hasOwnBand: true,
    Screen: WallScreen,
  },
  {
    name: 'statistics',
    zh: '统计',
    en: 'Statistics',
    roles: ['commander', 'dispatcher', 'analyst', 'agency'],
    views: [],
    Screen: StatisticsScreen,
  },
];

/** The entry of a screen; `dispatch` for one that is not there. */
export function screenOf(name: ScreenName): ScreenEntry {
  const entry = SCREENS.find((screen) => screen.name === name) ?? SCREENS[0];
  if (!entry) throw new Error('The catalogue of screens is empty.');
  return entry;
}
