/** What statuses, phases and levels are called, in both languages. Codes of agencies map to these by configuration. */

import type { AlarmState, Phase, Priority, ResponseLevel, Status } from './documents';

export interface Name {
  zh: string;
  en: string;
}

/** `letter_*` stands beside the mark in a narrow cell: colour is never alone. */
export const STATUS_NAMES: Readonly<Record<Status, Name & { letter_zh: string; letter_en: string }>> = {
  available: { zh: '待命', en: 'Available', letter_zh: '待', letter_en: 'A' },
  dispatched: { zh: '派出', en: 'Dispatched', letter_zh: '派', letter_en: 'D' },
  acknowledged: { zh: '确认', en: 'Acknowledged', letter_zh: '确', letter_en: 'K' },
  en_route: { zh: '出动', en: 'En route', letter_zh: '动', letter_en: 'R' },
  on_scene: { zh: '到场', en: 'On scene', letter_zh: '到', letter_en: 'S' },
  transporting: { zh: '转运', en: 'Transporting', letter_zh: '转', letter_en: 'T' },
  out_of_service: { zh: '停用', en: 'Out of service', letter_zh: '停', letter_en: 'O' },
};

export const PHASE_NAMES: Readonly<Record<Phase, Name>> = {
  pending: { zh: '待派', en: 'Pending' },
  dispatched: { zh: '已派', en: 'Dispatched' },
  on_scene: { zh: '处置', en: 'On scene' },
  closing: { zh: '待结', en: 'To close' },
};

export const PRIORITY_NAMES: Readonly<Record<Priority, Name>> = {
  1: { zh: '特急', en: 'Critical' },
  2: { zh: '紧急', en: 'Urgent' },
  3: { zh: '一般', en: 'Ordinary' },
  4: { zh: '缓办', en: 'Low' },
  5: { zh: '登记', en: 'Record' },
};

/** Chinese law fixes the order: I is the gravest. */
export const LEVEL_NAMES: Readonly<Record<ResponseLevel, Name>> = {
  1: { zh: 'I级 特别重大', en: 'Level I' },
  2: { zh: 'II级 重大', en: 'Level II' },
  3: { zh: 'III级 较大', en: 'Level III' },
  4: { zh: 'IV级 一般', en: 'Level IV' },
};

export const ALARM_STATE_NAMES: Readonly<Record<AlarmState, Name>> = {
  raised: { zh: '未确认', en: 'Unack' },
  returned: { zh: '已恢复', en: 'Returned' },
  acknowledged: { zh: '已确认', en: 'Ack' },
  shelved: { zh: '搁置', en: 'Shelved' },
};

/** Capabilities that many services have; a catalogue may name others. A capability without a name is shown by its code. */
export const CAPABILITY_NAMES: Readonly<Record<string, Name>> = {
  engine: { zh: '水罐', en: 'Engine' },
  tanker: { zh: '水罐', en: 'Tanker' },
  ladder: { zh: '云梯', en: 'Ladder' },
  rescue: { zh: '抢险', en: 'Rescue' },
  foam: { zh: '泡沫', en: 'Foam' },
  hazmat: { zh: '危化', en: 'Hazmat' },
  command: { zh: '指挥', en: 'Command' },
  pump: { zh: '排涝', en: 'Pump' },
  drone: { zh: '无人机', en: 'Drone' },
  bls: { zh: '基础', en: 'BLS' },
  als: { zh: '高级', en: 'ALS' },
  icu: { zh: '监护', en: 'ICU' },
  patrol: { zh: '巡逻', en: 'Patrol' },
  armed: { zh: '武装', en: 'Armed' },
  motorcycle: { zh: '摩托', en: 'Moto' },
  traffic: { zh: '交管', en: 'Traffic' },
  tow: { zh: '清障', en: 'Tow' },
  repair: { zh: '抢修', en: 'Repair' },
  inspection: { zh: '巡查', en: 'Inspect' },
  water_rescue: { zh: '水域', en: 'Water' },
};
