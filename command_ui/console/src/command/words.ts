/**
 * The words that the command bar knows, in both languages. An installation adds its own (aliases, a setting in the catalogue).
 * The same letters mean different things in different products (`OS` is «on scene» in one and «out of service» in another): whatever a word
 * means here, the bar spells out what Enter will do before it is pressed.
 */
import type { Alias } from '../documents';
import { BUILT_IN_WORDS } from '../documents.generated';
import type { Step } from '../incident/steps';

export interface Words {
  dispatch: readonly string[];
  /** Between the units and the incident. */
  to: readonly string[];
  go: readonly string[];
  record: readonly string[];
  note: readonly string[];
  /** Another time. */
  back: readonly string[];
  call: readonly string[];
  close: readonly string[];
  keys: readonly string[];
  outOfService: readonly string[];
  inService: readonly string[];
  steps: Readonly<Record<Step, readonly string[]>>;
}

const {
  out_of_service: outOfService,
  in_service: inService,
  dispatch,
  to,
  go,
  record,
  note,
  back,
  call,
  close,
  keys,
  ...steps
} = BUILT_IN_WORDS;

/** The first word of each list is what a completion writes in Chinese, the second in English. The server keeps them, and lets no alias take one. */
export const WORDS: Words = { dispatch, to, go, record, note, back, call, close, keys, outOfService, inService, steps };

/** The installation's aliases by what they mean. */
export function byMeaning(aliases: readonly Alias[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { word, meaning } of aliases) found[meaning] = [...(found[meaning] ?? []), word];
  return found;
}

/** Words of an installation by what they mean: they are added, and win nothing over the built-in ones. */
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
    back: add('back', words.back),
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
