import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { drafts } from '../ui';
import { NoteLine } from './NoteLine';

const INCIDENT = '261123-0031';
let root: Root;
let sent: { url: string; body: unknown }[];
let answer: () => Response;

const input = (): HTMLInputElement => {
  const found = document.querySelector<HTMLInputElement>("[data-pane='note']");
  if (!found) throw new Error('There is no note line.');
  return found;
};
const write = (text: string) =>
  act(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input(), text);
    input().dispatchEvent(new Event('input', { bubbles: true }));
  });
const press = (key: string, more: KeyboardEventInit = {}) =>
  act(async () => {
    input().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  });
const settled = (isSo: () => boolean) => act(() => vi.waitFor(() => expect(isSo()).toBe(true)));
const shown = (incident = INCIDENT) => act(() => root.render(<NoteLine key={incident} incident={incident} />));

beforeEach(async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  sent = [];
  answer = () => Response.json({ position: 1, recorded_at: '', repeated: false, facts: [], result: { note: 1 } });
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    sent.push({ url, body: JSON.parse(String(init.body)) });
    return answer();
  });
  document.body.innerHTML = '<div id="root"></div>';
  root = createRoot(document.querySelector('#root') as Element);
  await shown();
});
afterEach(async () => {
  await act(() => root.unmount());
  drafts.set(`note.${INCIDENT}`, undefined);
  vi.unstubAllGlobals();
});

describe('a note', () => {
  it('is sent at Enter, and the line is free for the next one', async () => {
    await write('楼道有烟');
    await press('Enter');
    await settled(() => input().value === '');
    expect(sent).toEqual([{ url: '/api/commands/add_note', body: { incident: INCIDENT, text: '楼道有烟' } }]);
  });
  it('is not sent by the Enter that ends a composition', async () => {
    await write('lou');
    await press('Enter', { isComposing: true });
    expect(sent).toEqual([]);
    expect(input().value).toBe('lou');
  });
  it('of nothing is not sent', async () => {
    await write('   ');
    await press('Enter');
    expect(sent).toEqual([]);
  });
  it('that is refused keeps its words, and says why beside them', async () => {
    answer = () => Response.json({ code: 'incident_is_closed', zh: '警情已结案。', en: 'The incident is closed.' }, { status: 409 });
    await write('楼道有烟');
    await press('Enter');
    await settled(() => document.querySelector('[role=alert]') !== null);
    expect(document.querySelector('[role=alert]')?.textContent).toContain('警情已结案。');
    expect(input().value).toBe('楼道有烟');
  });
  it('that is being typed comes back after another incident was looked at', async () => {
    await write('写到一半');
    await shown('261123-0032');
    expect(input().value).toBe('');
    await shown();
    expect(input().value).toBe('写到一半');
  });
});
