/**
 * The words that the command bar knows, in both languages. An installation may add its own (a setting); none is built into the grammar.
 * The same letters mean different things in different products (`OS` is «on scene» in one and «out of service» in another): whatever a word
 * means here, the bar spells out what Enter will do before it is pressed.
 */
import type { Step } from '../incident/steps';

export interface Words {
  dispatch: readonly string[];
  /** Between the units and the incident. */
  to: readonly string[];
  go: readonly string[];
  record: readonly string[];
  note: readonly string[];
  call: readonly string[];
  close: readonly string[];
  keys: readonly string[];
  outOfService: readonly string[];
  inService: readonly string[];
  steps: Readonly<Record<Step, readonly string[]>>;
}

/** The first word of each list is the one that a completion writes: Chinese at even places of the pairs, English after it. */
export const WORDS: Words = {
  dispatch: ['派', 'send', '派出', '调派', 'dispatch', 'disp', '派车'],
  to: ['到', 'to', '往', '至', '去', '@', '>'],
  go: ['看', 'go', '打开', '转到', 'open', 'show'],
  record: ['档案', 'record', '案卷', 'history'],
  note: ['记', 'note', '记录', '备注', 'n'],
  call: ['接警', 'call', '新警', 'newcall', 'intake'],
  close: ['结案', 'close', '结'],
  keys: ['按键', 'keys', '帮助', 'help', '?'],
  outOfService: ['停用', 'outofservice', '停勤', 'oos', 'out'],
  inService: ['恢复', 'inservice', '待命', 'available', '复勤'],
  steps: {
    acknowledged: ['确认', 'acknowledged', 'ack', '收到', 'copy'],
    en_route: ['出动', 'enroute', 'responding', 'rolling', '出发', '途中', 'resp'],
    on_scene: ['到场', 'onscene', 'arrived', '到达', 'arrive', 'scene'],
    transporting: ['转运', 'transporting', 'transport', '送院'],
    at_destination: ['送达', 'atdestination', 'athospital', '到院', 'destination'],
    cleared: ['结束', 'cleared', 'clear', '归队', '撤离', 'done'],
  },
};

/** Words of an installation, as a setting gives them: they are added, and win nothing over the built-in ones. */
export function withLocalWords(words: Words, local: Readonly<Record<string, readonly string[]>>): Words {
  const add = (name: string, known: readonly string[]) => [
    ...known,
    ...(local[name] ?? []).map(plain).filter((word) => !known.includes(word)),
  ];
  return {
    dispatch: add('dispatch', words.dispatch),
    to: add('to', words.to),
    go: add('go', words.go),
    record: add('record', words.record),
    note: add('note', words.note),
    call: add('call', words.call),
    close: add('close', words.close),
    keys: add('keys', words.keys),
    outOfService: add('out_of_service', words.outOfService),
    inService: add('in_service', words.inService),
    steps: {
      acknowledged: add('acknowledged', words.steps.acknowledged),
      en_route: add('en_route', words.steps.en_route),
      on_scene: add('on_scene', words.steps.on_scene),
      transporting: add('transporting', words.steps.transporting),
      at_destination: add('at_destination', words.steps.at_destination),
      cleared: add('cleared', words.steps.cleared),
    },
  };
}

/** As words are compared: lower case, without spaces and hyphens, so that «On-Scene» and «on scene» are one word. */
export function plain(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s-]+/g, '');
}
