import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Status, UnitStatus } from '../documents';
import { claimFocus, isFocusAwaited } from '../incident/awaitedFocus';
import { applyDelta, clearViews, flush, replaceView } from '../live/store';
import { enter } from '../session';
import { drafts, setUi, ui } from '../ui';
import { CommandBar } from './CommandBar';

const dispatcher = {
  account: 'zhoukai',
  zh: '周凯',
  en: 'Zhou Kai',
  seat: '5',
  roles: ['dispatcher'],
  scope: { agencies: [], districts: [] },
  csrf: 'token',
  expires_at: '2026-11-23T18:00:00Z',
  must_change_password: false,
};

let root: Root;
let sent: { url: string; body: unknown }[];
let answered: Promise<void>;

const bar = (): HTMLInputElement => document.querySelector<HTMLInputElement>("[data-pane='command']") as HTMLInputElement;
const write = (text: string) =>
  act(() => {
    bar().focus();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(bar(), text);
    bar().dispatchEvent(new Event('input', { bubbles: true }));
  });
const press = (key: string, more: KeyboardEventInit = {}) =>
  act(async () => {
    bar().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  });
const settled = (isSo: () => boolean) => act(() => vi.waitFor(() => expect(isSo()).toBe(true)));
const first = (): string => document.querySelector('[role=option]')?.textContent ?? '';
const unit = (status: Status, incident = ''): [string, number, UnitStatus] => [
  'E0703',
  1,
  {
    unit: 'E0703',
    agency: 'fire',
    station: 'XF07',
    capabilities: ['engine'],
    zh: '',
    en: '',
    status,
    since: '',
    assignment: '',
    incident,
    reason: '',
    home: null,
    steps: {},
    version: 1,
  },
];

const incident = {
  number: '261123-0031',
  short: '0031',
  incident_type: 'dwelling_fire',
  priority: 1,
  level: 3,
  address: '南京路',
  district: '',
  assignments: [],
};

beforeEach(async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  sent = [];
  answered = Promise.resolve();
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (!url.startsWith('/api/commands/')) return Response.json(url === '/api/sign_in' ? dispatcher : {});
    sent.push({ url, body: JSON.parse(String(init.body)) });
    await answered;
    return Response.json({
      position: 1,
      recorded_at: '',
      repeated: false,
      facts: [],
      result: { assignments: ['261123-0031/E0703/1'], refused: [] },
    });
  });
  vi.stubGlobal(
    'WebSocket',
    class {
      close() {}
    },
  );
  await enter('zhoukai', 'right');
  replaceView('incident_board', [['261123-0031', 1, incident]]);
  replaceView('unit_status', [unit('available')]);
  flush();
  document.body.innerHTML = '<div id="root"></div>';
  root = createRoot(document.querySelector('#root') as Element);
  await act(() => root.render(<CommandBar />));
});
afterEach(async () => {
  await act(() => root.unmount());
  clearViews();
  drafts.set('command.line', undefined);
  setUi({ selected: null, selectedUnit: null });
  vi.unstubAllGlobals();
});

/** A line is on its way; the answer comes when what this gives is called. */
async function sentAndUnanswered(): Promise<() => void> {
  let answer = () => {};
  answered = new Promise((resolve) => {
    answer = resolve;
  });
  await write('派 E0703 到 31');
  await press('Enter');
  return () => answer();
}

describe('Enter', () => {
  it('does what the bar spells out', async () => {
    await write('派 E0703 到 31');
    expect(first()).toContain('派 E0703 到 0031');
    await press('Enter');
    await settled(() => ui().selected === '261123-0031');
    expect(sent).toEqual([{ url: '/api/commands/dispatch_units', body: { incident: '261123-0031', units: ['E0703'] } }]);
    expect(bar().value).toBe('');
  });
  it('does nothing that the picture has changed since; it spells out the new state instead', async () => {
    await write('派 E0703 到 31');
    act(() => {
      applyDelta('unit_status', [unit('en_route', '261123-0029')], []);
      flush();
    });
    await press('Enter');
    expect(sent).toEqual([]);
    expect(first()).toContain('E0703 正在 261123-0029');
  });
  it('takes only the line that was sent: what is typed before the answer stays, and is told to wait for it', async () => {
    const answer = await sentAndUnanswered();
    expect(sent).toHaveLength(1);
    await write('note 31: 二楼有人');
    await press('Enter');
    expect(sent).toHaveLength(1);
    expect(document.querySelector('[role=status]')?.textContent).toContain('还没有答复');
    answer();
    await settled(() => ui().selected === '261123-0031');
    expect(document.querySelector('[role=status]')).toBeNull();
    expect(bar().value).toBe('note 31: 二楼有人');
    expect(drafts.get('command.line')).toBe('note 31: 二楼有人');
    expect(document.activeElement).toBe(bar());
  });
  it('takes what was sent off the front of a line that was written on', async () => {
    const answer = await sentAndUnanswered();
    await write('派 E0703 到 31 go 31');
    answer();
    await settled(() => drafts.get('command.line') === 'go 31');
    expect(bar().value).toBe('go 31');
  });
  it('of a composition is the input method’s', async () => {
    await write('派 E0703 到 31');
    await press('Enter', { isComposing: true });
    expect(sent).toEqual([]);
  });
});

it('Tab completes to the line that Enter would carry out', async () => {
  await write('派 e07');
  await press('Tab');
  expect(bar().value).toBe('派 E0703 ');
});

it('an incident that comes a moment after its number was typed is found', async () => {
  await write('go 261123-0777');
  expect(first()).toContain('没有在办警情「261123-0777」');
  const come = { ...incident, number: '261123-0777', short: '0777' };
  await act(async () => {
    applyDelta('incident_board', [['261123-0777', 99, come]], []);
    flush();
  });
  await settled(() => first().includes('打开 0777'));
});

it('keeps the focus for whoever comes back to it before what the line before opens is there', async () => {
  write('go 0031');
  await press('Enter');
  await settled(() => document.activeElement !== bar());
  expect(isFocusAwaited()).toBe(true);
  act(() => bar().focus());
  expect(isFocusAwaited()).toBe(false);
  expect(claimFocus('reco') || claimFocus('assigned')).toBe(false);
  expect(document.activeElement).toBe(bar());
});
