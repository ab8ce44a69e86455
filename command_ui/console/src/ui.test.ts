/** The state of the screen: what stands, what can be taken back, what outlives a reload. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { drafts, draftsBelongTo, say, select, setUi, takeBack, ui } from './ui';

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
});
afterEach(() => vi.useRealTimers());

test('another incident takes its own unit, or none', () => {
  select('I1', 'E01');
  expect(ui()).toMatchObject({ selected: 'I1', selectedUnit: 'E01' });
  select('I2');
  expect(ui()).toMatchObject({ selected: 'I2', selectedUnit: null });
});

test('an act can be taken back for 8 s, once', () => {
  const undo = vi.fn();
  say('已派出', 'Dispatched', 'ok', undo);
  vi.advanceTimersByTime(7_999);
  expect(takeBack()).toBe(true);
  expect(takeBack()).toBe(false);
  expect(undo).toHaveBeenCalledOnce();
  say('已派出', 'Dispatched', 'ok', undo);
  vi.advanceTimersByTime(8_000);
  expect(takeBack()).toBe(false);
});

test('a later message has its whole time, whatever the earlier one had left', () => {
  say('一', 'One');
  vi.advanceTimersByTime(7_000);
  say('二', 'Two');
  vi.advanceTimersByTime(7_000);
  expect(ui().message?.en).toBe('Two');
});

test('what waits for its outcome stands until something else is said', () => {
  say('核实中', 'Asking', 'wait');
  vi.advanceTimersByTime(600_000);
  expect(ui().message?.kind).toBe('wait');
  setUi({ message: null });
});

test('a draft survives in the session’s storage, and is forgotten when it is saved', () => {
  drafts.set('note.I1', '半句话');
  expect(JSON.parse(sessionStorage.getItem('drumtower.draft.note.I1') ?? '')).toBe('半句话');
  drafts.set('note.I1', undefined);
  expect(drafts.get('note.I1')).toBeUndefined();
  expect(sessionStorage.length).toBe(0);
});

test('the next person at the console finds their own half sentences only', () => {
  draftsBelongTo('li');
  drafts.set('note.I1', '李明的半句话');
  draftsBelongTo('zhou');
  expect(drafts.get('note.I1')).toBeUndefined();
  draftsBelongTo('li');
  expect(drafts.get('note.I1')).toBe('李明的半句话');
  draftsBelongTo('');
});

test('a draft is kept where storage is forbidden', () => {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('forbidden');
  });
  drafts.set('note.I2', 'x');
  expect(drafts.get('note.I2')).toBe('x');
});
