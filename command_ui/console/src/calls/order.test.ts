import { describe, expect, it } from 'vitest';
import type { CallBoard } from '../documents';
import { waitingCalls } from './order';

const call = (name: string, more: Partial<CallBoard> = {}): CallBoard => ({
  call: name,
  source: '119',
  caller_masked: '',
  has_caller: false,
  address: '',
  district: 'heping',
  lon: null,
  lat: null,
  incident_type: '',
  description: '',
  received_at: '2026-11-23T06:00:00Z',
  answered_at: '2026-11-23T06:00:05Z',
  taken_by: 'li',
  incident: '',
  state: 'taken',
  version: 1,
  ...more,
});

const names = (calls: readonly CallBoard[]): string[] => calls.map((one) => one.call);

describe('the calls that wait', () => {
  it('stand with the longest waiting first', () => {
    const later = call('C1', { received_at: '2026-11-23T06:01:00Z' });
    expect(names(waitingCalls([later, call('C3'), call('C2')], ''))).toEqual(['C2', 'C3', 'C1']);
  });

  it('are neither linked nor ended', () => {
    expect(names(waitingCalls([call('C1', { state: 'linked' }), call('C2', { state: 'ended' }), call('C3')], ''))).toEqual(['C3']);
  });

  it('of another district are not shown in a scope, those of no district are', () => {
    expect(names(waitingCalls([call('C1', { district: 'nankai' }), call('C2', { district: '' })], 'heping'))).toEqual(['C2']);
  });
});
