import { describe, expect, it } from 'vitest';
import { IDLE_MS_MIN, isSafe, type Moment } from './safe';

const quiet: Moment = {
  isLinkUp: true,
  unknown: 0,
  isIntakeOpen: false,
  isDialogOpen: false,
  isEditing: false,
  isTyping: false,
  idle_ms: IDLE_MS_MIN,
};

describe('loading the newer console', () => {
  it('is safe when nobody does anything', () => {
    expect(isSafe(quiet)).toBe(true);
  });

  it.each([
    ['the link is lost', { isLinkUp: false }],
    ['an answer has not come', { unknown: 1 }],
    ['a call is being taken', { isIntakeOpen: true }],
    ['a dialog is open', { isDialogOpen: true }],
    ['a value of an incident is being changed', { isEditing: true }],
    ['somebody types', { isTyping: true }],
    ['somebody was here just now', { idle_ms: IDLE_MS_MIN - 1 }],
  ] as const)('waits while %s', (_, changed) => {
    expect(isSafe({ ...quiet, ...changed })).toBe(false);
  });
});
