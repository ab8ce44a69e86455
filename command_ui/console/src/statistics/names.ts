/** What intervals, targets, sources and groupings are called. */

import type { TimedInterval } from '../documents';

export interface Named {
  zh: string;
  en: string;
}

export const INTERVAL_NAMES: Record<TimedInterval, Named> = {
  answer_s: { zh: '接听', en: 'Answer' },
  call_processing_s: { zh: '受理派出', en: 'Call processing' },
  turnout_s: { zh: '出动', en: 'Turnout' },
  travel_s: { zh: '行车', en: 'Travel' },
  on_scene_s: { zh: '现场', en: 'On scene' },
  total_s: { zh: '报警至到场', en: 'Call to arrival' },
};

export const TARGET_NAMES: Record<string, Named> = {
  answer: { zh: '接听', en: 'Answer' },
  call_processing: { zh: '受理派出', en: 'Processing' },
  turnout_fire: { zh: '出动 消防', en: 'Turnout, fire' },
  turnout_ems: { zh: '出动 急救', en: 'Turnout, EMS' },
  travel_fire: { zh: '行车 消防', en: 'Travel, fire' },
  travel_ems: { zh: '行车 急救', en: 'Travel, EMS' },
  total_fire: { zh: '到场 消防', en: 'Arrival, fire' },
};

export const SOURCE_NAMES: Record<string, Named> = {
  '110': { zh: '110', en: '110' },
  '119': { zh: '119', en: '119' },
  '120': { zh: '120', en: '120' },
  '122': { zh: '122', en: '122' },
  '12345': { zh: '12345', en: '12345' },
  app: { zh: '小程序', en: 'App' },
  sensor: { zh: '传感器', en: 'Sensor' },
  other: { zh: '其他', en: 'Other' },
};
