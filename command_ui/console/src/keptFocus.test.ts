/** After a reload the one who was typing is back in their line; meanwhile a letter is no key. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isReturning, keepFocus } from './keptFocus';
import { press, registerKeys } from './keys';

const NOTE = '<input data-pane="note">';

beforeEach(() => {
  sessionStorage.clear();
  document.body.innerHTML = '';
});
let stop = () => {};
afterEach(() => {
  stop();
  vi.useRealTimers();
});

function leftFrom(html: string): void {
  document.body.innerHTML = html;
  const leave = keepFocus(false);
  document.querySelector('input')?.focus();
  window.dispatchEvent(new Event('pagehide'));
  leave();
  document.body.innerHTML = '';
}

test('a line that comes back takes the focus, at its end', async () => {
  leftFrom(NOTE);
  stop = keepFocus(true);
  expect(isReturning()).toBe(true);
  document.body.innerHTML = '<input data-pane="note" value="two boats ">';
  await vi.waitFor(() => expect(document.activeElement).toBe(document.querySelector('input')));
  expect(document.querySelector('input')?.selectionStart).toBe('two boats '.length);
  expect(isReturning()).toBe(false);
});

test('until it is back, a letter is no key', () => {
  const run = vi.fn();
  const forget = registerKeys([{ key: 'C', zh: '改', en: 'Change', where: 'screen', run }]);
  leftFrom(NOTE);
  stop = keepFocus(true);
  const stroke = () => press(new KeyboardEvent('keydown', { key: 'c', code: 'KeyC' }));
  expect(stroke()).toBe(false);
  document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
  expect(stroke()).toBe(true);
  expect(run).toHaveBeenCalledOnce();
  forget();
});

test('a line that does not come back is waited for a while only', () => {
  vi.useFakeTimers();
  leftFrom(NOTE);
  stop = keepFocus(true);
  vi.advanceTimersByTime(10_000);
  expect(isReturning()).toBe(false);
});

test('nobody is moved who has gone elsewhere meanwhile', async () => {
  leftFrom(NOTE);
  document.body.innerHTML = '<button></button>';
  stop = keepFocus(true);
  document.querySelector('button')?.focus();
  document.body.insertAdjacentHTML('beforeend', NOTE);
  await vi.waitFor(() => expect(isReturning()).toBe(false));
  expect(document.activeElement).toBe(document.querySelector('button'));
});

test('a page that was not loaded again, and one that was left from a list, begin where they always do', () => {
  leftFrom(NOTE);
  stop = keepFocus(false);
  expect(isReturning()).toBe(false);
  leftFrom('<div data-pane="queue" tabindex="0"></div>');
  stop = keepFocus(true);
  expect(isReturning()).toBe(false);
});
