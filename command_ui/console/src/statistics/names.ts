/** What intervals, verdicts, sources and groupings are called. */

import type { TimedInterval, Verdict } from '../documents';

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

/** An interval in the few letters that a row beside a chart has for it. */
const SHORT_NAMES: Partial<Record<TimedInterval, Named>> = {
  call_processing_s: { zh: '受理派出', en: 'Processing' },
  total_s: { zh: '到场', en: 'Arrival' },
};

/** «出动 消防», «到场 P1»: what is aimed at, by whom when not by the whole city, of which priority when not of every one, and the share. */
export function verdictName(verdict: Pick<Verdict, 'interval' | 'agency_zh' | 'agency_en' | 'priority' | 'share'>): Named {
  const { interval, agency_zh, agency_en, priority, share } = verdict;
  const named = SHORT_NAMES[interval] ?? INTERVAL_NAMES[interval];
  // Nine of ten is what nearly every standard asks: only another share is told.
  const rest = [priority ? `P${priority}` : '', share === 0.9 ? '' : `${Math.round(share * 100)}%`];
  const of = (name: string, agency: string) => [name, agency, ...rest].filter(Boolean).join(' ');
  return { zh: of(named.zh, agency_zh), en: of(named.en, agency_en) };
}

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
