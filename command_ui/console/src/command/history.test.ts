import { expect, it } from 'vitest';
import { NO_HISTORY, recalled, remembered } from './history';

const history = ['go 0031', 'E0703 到场'].reduce(remembered, NO_HISTORY);

it('Up brings the newest line back, then the one before', () => {
  const newest = recalled(history, 1, '派');
  expect(newest?.line).toBe('E0703 到场');
  expect(newest && recalled(newest.history, 1, newest.line)?.line).toBe('go 0031');
});
it('Down leads back to what was being typed', () => {
  const newest = recalled(history, 1, '派');
  expect(newest && recalled(newest.history, -1, newest.line)?.line).toBe('派');
});
it('both ends stay where they are', () => {
  expect(recalled(history, -1, 'x')).toBeNull();
  expect(recalled(NO_HISTORY, 1, 'x')).toBeNull();
});
it('a line that is repeated is kept once', () => {
  expect(remembered(history, 'go 0031').lines).toEqual(['E0703 到场', 'go 0031']);
});
