/** Keys by their place; and never while an input method composes or a person types. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isStroke, type KeyAct, keyList, press, registerKeys } from './keys';

const stops: (() => void)[] = [];
const act = (key: string, more: Partial<KeyAct> = {}) => {
  const run = vi.fn((): unknown => undefined);
  stops.push(registerKeys([{ key, zh: '', en: '', where: 'screen', run, ...more }]));
  return run;
};
function stroke(code: string, init: KeyboardEventInit = {}, target: Element = document.body): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { code, key: code, bubbles: true, cancelable: true, ...init });
  Object.defineProperty(event, 'target', { value: target });
  press(event);
  return event;
}

beforeEach(() => {
  document.body.innerHTML = '<input id="text"><input id="box" type="checkbox"><div data-area="alarms"><button id="alarm"></button></div>';
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

test.each([
  ['Q', { code: 'KeyQ' }, true],
  ['Q', { code: 'KeyQ', ctrlKey: true }, false],
  ['Q', { code: 'KeyQ', shiftKey: true }, false],
  ['Ctrl+Enter', { code: 'NumpadEnter', ctrlKey: true }, true],
  ['Ctrl+K', { code: 'KeyK', metaKey: true }, true],
  ['Alt+C', { code: 'KeyC', altKey: true }, true],
  ['/', { code: 'Slash' }, true],
  ['/', { code: 'Slash', shiftKey: true }, false],
  ['?', { code: 'Slash', shiftKey: true }, true],
  ['?', { code: 'Minus', key: '?', shiftKey: true }, true],
  ['?', { code: 'Slash', key: '？', shiftKey: true }, true],
  ['/', { code: 'Digit7', key: '/', shiftKey: true }, true],
  ['/', { code: 'Slash', key: '、' }, true],
  ['+', { code: 'Equal', shiftKey: true }, true],
  ['+', { code: 'NumpadAdd' }, true],
  ['3', { code: 'Numpad3' }, true],
  ['F2', { code: 'F2' }, true],
])('%s is the stroke %o: %s', (key, event, expected) => {
  const none = { key: '', ctrlKey: false, altKey: false, metaKey: false, shiftKey: false };
  expect(isStroke(key, { ...none, ...event })).toBe(expected);
});

test('a key acts, and the page does not see it', () => {
  const run = act('Q');
  const event = stroke('KeyQ');
  expect(run).toHaveBeenCalledOnce();
  expect(event.defaultPrevented).toBe(true);
});

test('the slash is found by its place when an input method gives another character', () => {
  const run = act('/');
  stroke('Slash', { key: '、' });
  expect(run).toHaveBeenCalledOnce();
});

test('while an input method composes, every key is its own', () => {
  const run = act('Q');
  stroke('KeyQ', { key: 'Process' });
  stroke('KeyQ', { isComposing: true });
  expect(run).not.toHaveBeenCalled();
});

test('single keys are letters in a text field; chords and F-keys act there, too', () => {
  const letter = act('Q');
  const chord = act('Ctrl+Enter');
  const fkey = act('F2');
  const field = document.querySelector('#text') as Element;
  stroke('KeyQ', {}, field);
  stroke('Enter', { ctrlKey: true }, field);
  stroke('F2', {}, field);
  expect([letter.mock.calls.length, chord.mock.calls.length, fkey.mock.calls.length]).toEqual([0, 1, 1]);
  stroke('KeyQ', {}, document.querySelector('#box') as Element);
  expect(letter).toHaveBeenCalledOnce();
});

test('a key of an area acts only while the focus is in it', () => {
  const run = act('S', { where: 'alarms' });
  stroke('KeyS');
  expect(run).not.toHaveBeenCalled();
  stroke('KeyS', {}, document.querySelector('#alarm') as Element);
  expect(run).toHaveBeenCalledOnce();
});

test('an act of the area goes before one of the whole screen, whichever was registered first', () => {
  const area = act('G', { where: 'alarms' });
  const screen = act('G');
  stroke('KeyG', {}, document.querySelector('#alarm') as Element);
  expect([area.mock.calls.length, screen.mock.calls.length]).toEqual([1, 0]);
  stroke('KeyG');
  expect([area.mock.calls.length, screen.mock.calls.length]).toEqual([1, 1]);
});

test('what was registered last is asked first, and may pass the key on', () => {
  const first = act('Escape');
  const last = act('Escape');
  last.mockReturnValueOnce(false);
  stroke('Escape');
  expect([first.mock.calls.length, last.mock.calls.length]).toEqual([1, 1]);
  stroke('Escape');
  expect([first.mock.calls.length, last.mock.calls.length]).toEqual([1, 2]);
});

test('under a dialog the keys of the screen rest', () => {
  const screen = act('Q');
  const dialog = act('Ctrl+Enter', { where: 'dialog' });
  stroke('Enter', { ctrlKey: true });
  expect(dialog).not.toHaveBeenCalled();
  document.body.insertAdjacentHTML('beforeend', '<div class="modal"></div>');
  stroke('KeyQ');
  stroke('Enter', { ctrlKey: true });
  expect([screen.mock.calls.length, dialog.mock.calls.length]).toEqual([0, 1]);
});

test('an open menu keeps its keys', () => {
  const run = act('Escape');
  document.body.insertAdjacentHTML('beforeend', '<div class="pop"><div id="item"></div></div>');
  stroke('Escape', {}, document.querySelector('#item') as Element);
  expect(run).not.toHaveBeenCalled();
});

test('the list of keys is what is registered now', () => {
  const before = keyList().length;
  const stop = registerKeys([
    { key: 'Q', zh: '队列', en: 'Queue', where: 'screen', run: () => {} },
    { key: 'F1', zh: '', en: '', where: 'screen', run: () => {}, isHidden: true },
  ]);
  expect(keyList().length).toBe(before + 1);
  stop();
  expect(keyList().length).toBe(before);
});

test('a key that is held acts once, and writes nothing into the field that its act has opened', () => {
  const text = document.querySelector('#text') as HTMLInputElement;
  const run = act('X');
  stroke('KeyX');
  run.mockClear();
  const held = stroke('KeyX', { repeat: true }, text);
  expect(run).not.toHaveBeenCalled();
  expect(held.defaultPrevented).toBe(true);
  // The next press is the person's own letter.
  expect(stroke('KeyX', {}, text).defaultPrevented).toBe(false);
  expect(stroke('KeyX', { repeat: true }, text).defaultPrevented).toBe(false);
});

test('what moves a picture acts again and again while its key is held', () => {
  const run = act('.', { mayRepeat: true });
  stroke('Period');
  stroke('Period', { repeat: true });
  stroke('Period', { repeat: true });
  expect(run).toHaveBeenCalledTimes(3);
});
