import { afterEach, expect, it } from 'vitest';
import { type Moment, NOT_NOW, setMoment } from '../time_machine/moment';
import { setUi, ui } from '../ui';
import { stepKeyActs } from './stepKeys';

const press = (key: string) => stepKeyActs.find((act) => act.key === key)?.run(new KeyboardEvent('keydown', { key }));

afterEach(() => {
  setMoment(null);
  setUi({ message: null });
});

it('a step key without a unit asks for one', () => {
  press('F7');
  expect(ui().message?.zh).toBe('先选单位(A),再按 F7 登记「出动」。');
});

it('in the time machine a step key says that nothing can be commanded there', () => {
  setMoment({ at_ms: 0 } as Moment);
  press('F7');
  expect(ui().message?.zh).toBe(NOT_NOW.zh);
});
