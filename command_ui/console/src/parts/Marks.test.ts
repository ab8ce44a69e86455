/** What a running time says. */

import { expect, test } from 'vitest';
import { ageText } from './Marks';

test.each([
  [30, undefined, 'mmss', '00:30', ''],
  [47, 60, 'mmss', '00:47', ''],
  [48, 60, 'mmss', '00:48', 'near'],
  [60, 60, 'mmss', '+00:00', 'over'],
  [91, 60, 'mmss', '+00:31', 'over'],
  [-5, 60, 'mmss', '00:00', ''],
  [119, undefined, 'min', '1', ''],
  [6_000, undefined, 'min', '1h', ''],
  [-90, undefined, 'left', '01:30', ''],
] as const)('%d s against %s as %s is %s %s', (seconds, target, mode, text, state) => {
  expect(ageText(seconds, target, mode)).toEqual({ text, state });
});
