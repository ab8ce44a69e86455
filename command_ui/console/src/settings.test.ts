/** Settings that were stored by any version, or by nobody. */

import { expect, test } from 'vitest';
import { SETTINGS_DEFAULT, settingsFrom } from './settings';

test('what is stored holds', () => {
  const stored = { theme: 'light', lang: 'en', density: 'dense', text_percent: 130, sound: false, follows: false };
  expect(settingsFrom(JSON.stringify(stored))).toEqual(stored);
});

test.each([null, '', '{', '[]', '7', '{"theme":"neon","text_percent":900}'])('%s gives the defaults', (text) => {
  expect(settingsFrom(text)).toEqual(SETTINGS_DEFAULT);
});

test('one wrong value costs only itself', () => {
  expect(settingsFrom('{"theme":"light","lang":"fr","unknown":1}')).toEqual({ ...SETTINGS_DEFAULT, theme: 'light' });
});
