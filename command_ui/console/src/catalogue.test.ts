/** What codes are called, also before the catalogue has come. */

import { beforeEach, expect, test } from 'vitest';
import { agencyLetter, capabilityName, districtShort, entriesOf, planOf, typeName } from './catalogue';
import { speak } from './i18n';
import { replaceView } from './live/store';

const zh = speak('zh');
const en = speak('en');

beforeEach(() => replaceView('catalogue', []));

test('a code without an entry is shown as it is', () => {
  expect([typeName('dwelling_fire', zh), districtShort('heping', en), typeName(null, zh)]).toEqual(['dwelling_fire', 'heping', '']);
});

test('names come in the operator’s language, and the other one stands in for a missing one', () => {
  replaceView('catalogue', [['incident_type:fall', 1, { kind: 'incident_type', code: 'fall', zh: '摔伤', en: '' }]]);
  expect([typeName('fall', zh), typeName('fall', en)]).toEqual(['摔伤', '摔伤']);
});

test('a narrow column gets the short name, or one made from the whole', () => {
  replaceView('catalogue', [
    ['district:binhai', 1, { kind: 'district', code: 'binhai', zh: '滨海新区', en: 'Binhai' }],
    ['agency:fire', 1, { kind: 'agency', code: 'fire', zh: '消防', en: 'Fire', short_zh: '消', short_en: 'X' }],
    ['agency:ems', 1, { kind: 'agency', code: 'ems', zh: '急救', en: 'EMS' }],
  ]);
  expect(districtShort('binhai', zh)).toBe('滨海');
  expect([agencyLetter('fire', en), agencyLetter('ems', zh), agencyLetter('ems', en)]).toEqual(['X', '急', 'E']);
  expect(entriesOf('agency').map(({ code }) => code)).toEqual(['ems', 'fire']);
});

test('a response plan is found by incident type and level', () => {
  const plan = { kind: 'response_plan', code: 'dwelling_fire/3', zh: '', en: '', incident_type: 'dwelling_fire', level: 3, needs: [] };
  replaceView('catalogue', [['response_plan:dwelling_fire/3', 1, plan]]);
  expect(planOf('dwelling_fire', 3)).toEqual(plan);
});

test('a capability without a name is shown by its code', () => {
  expect([capabilityName('ladder', zh), capabilityName('sniffer_dog', zh)]).toEqual(['云梯', 'sniffer_dog']);
});
