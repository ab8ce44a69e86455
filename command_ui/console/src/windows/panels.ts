/** The panels of the dispatch screen that can stand in a window of their own. */

export const PANELS = {
  queue: { zh: '警情队列', en: 'Incident queue', width: 520, height: 980 },
  alarms: { zh: '告警', en: 'Alarms', width: 640, height: 720 },
  map: { zh: '地图', en: 'Map', width: 1400, height: 1000 },
  incident: { zh: '警情详情', en: 'Incident', width: 620, height: 1000 },
  board: { zh: '单位板', en: 'Unit board', width: 1600, height: 420 },
} as const;

export type PanelName = keyof typeof PANELS;

export const PANEL_NAMES = Object.keys(PANELS) as PanelName[];

export const panelOf = (name: string): PanelName | null => PANEL_NAMES.find((panel) => panel === name) ?? null;
