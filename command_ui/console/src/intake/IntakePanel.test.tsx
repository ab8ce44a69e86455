import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenToKeys } from '../keys';
import { flush, replaceView } from '../live/store';
import { drafts, setUi, ui } from '../ui';
import { IntakePanel } from './IntakePanel';

let root: Root;
let quiet: () => void;
let sent: { url: string; body: Record<string, unknown> }[];
let answers: Record<string, () => Response | Promise<Response>>;
let places: (text: string) => Response | Promise<Response>;

const field = (name: string): HTMLInputElement => {
  const found = document.querySelector<HTMLInputElement>(`[data-field='${name}']`);
  if (!found) throw new Error(`There is no field ${name}.`);
  return found;
};
const write = (name: string, text: string) =>
  act(() => {
    field(name).focus();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field(name), text);
    field(name).dispatchEvent(new Event('input', { bubbles: true }));
  });
const press = (key: string, more: KeyboardEventInit = {}) =>
  act(async () => {
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true, ...more }));
  });
const settled = (isSo: () => boolean) => act(() => vi.waitFor(() => expect(isSo()).toBe(true)));
// What was set while an act waits is drawn at its end only.
const drawn = (isSo: () => boolean) =>
  vi.waitFor(async () => {
    await act(() => new Promise((done) => setTimeout(done, 20)));
    expect(isSo()).toBe(true);
  });
const accepted = (result: object) => () => Response.json({ position: 1, recorded_at: '', repeated: false, facts: [], result });
const commands = () => sent.map(({ url }) => url.split('/').at(-1));
const placed = async () => {
  await write('place', '117.2,39.1');
  await press('Enter');
};
const typed = async () => {
  await write('incident_type', 'zz');
  await press('Enter');
};

beforeEach(async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  sent = [];
  answers = {
    take_call: accepted({ call: 'C261123-0107' }),
    open_incident: accepted({ incident: '261123-0031' }),
    link_call: accepted({}),
  };
  places = () => Response.json({ places: [] });
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (url.startsWith('/api/places')) return places(new URL(url, 'http://here').searchParams.get('q') ?? '');
    if (init.method !== 'POST') return Response.json({ places: [], candidates: [] });
    sent.push({ url, body: JSON.parse(String(init.body)) as Record<string, unknown> });
    return answers[url.split('/').at(-1) ?? '']?.() ?? new Response('', { status: 404 });
  });
  const fire = {
    kind: 'incident_type',
    code: 'dwelling_fire',
    zh: '住宅火灾',
    en: 'Dwelling fire',
    category: 'accident',
    priority: 1,
    level: 3,
    agency: 'fire',
  };
  replaceView('catalogue', [['incident_type:dwelling_fire', 1, fire]]);
  flush();
  document.body.innerHTML = '<div id="root"></div>';
  quiet = listenToKeys();
  root = createRoot(document.querySelector('#root') as Element);
  setUi({ intakeOpen: true });
  await act(() => root.render(<IntakePanel alarm={null} call={null} />));
});
afterEach(async () => {
  await act(() => root.unmount());
  quiet();
  drafts.set('intake', undefined);
  setUi({ intakeOpen: false, selected: null });
  vi.unstubAllGlobals();
});

describe('saving the intake', () => {
  it('takes the call and opens its incident, which becomes the selected one', async () => {
    await placed();
    await typed();
    await press('Enter', { ctrlKey: true });
    await settled(() => ui().selected === '261123-0031');
    expect(commands()).toEqual(['take_call', 'open_incident']);
    expect(sent[1]?.body).toMatchObject({
      incident_type: 'dwelling_fire',
      place: { lon: 117.2, lat: 39.1, datum: 'WGS-84' },
      call: 'C261123-0107',
    });
    expect(ui().intakeOpen).toBe(false);
    expect(drafts.get('intake')).toBeUndefined();
  });
  it('keeps what is typed before the answer, for the note line of the incident', async () => {
    let answer = () => {};
    answers.open_incident = () =>
      new Promise((resolve) => {
        answer = () => resolve(accepted({ incident: '261123-0031' })());
      });
    await placed();
    await typed();
    await write('description', '四楼冒烟');
    await press('Enter', { ctrlKey: true });
    await settled(() => commands().includes('open_incident'));
    await write('description', '四楼冒烟,有人喊');
    await write('caller_name', '王');
    answer();
    await settled(() => ui().selected === '261123-0031');
    expect(drafts.get('note.261123-0031')).toBe('有人喊;报警人 王');
    expect(ui().intakeOpen).toBe(false);
    expect(drafts.get('intake')).toBeUndefined();
    drafts.set('note.261123-0031', undefined);
  });
  it('without a place sends nothing, says so at the place, and puts the focus there', async () => {
    await typed();
    await press('Enter', { ctrlKey: true });
    expect(sent).toEqual([]);
    expect(document.activeElement).toBe(field('place'));
    expect(field('place').getAttribute('aria-invalid')).toBe('true');
  });
  it('does not take the call a second time when only the incident was refused', async () => {
    answers.open_incident = () =>
      Response.json({ code: 'unknown_thing', zh: '没有这个区。', en: 'No such district.', field: 'district' }, { status: 404 });
    await placed();
    await typed();
    await press('Enter', { ctrlKey: true });
    await settled(() => document.querySelector('.fld-no') !== null);
    expect(document.querySelector('.fld-no')?.textContent).toBe('没有这个区。');
    answers.open_incident = accepted({ incident: '261123-0031' });
    await press('Enter', { ctrlKey: true });
    await settled(() => ui().selected === '261123-0031');
    expect(commands()).toEqual(['take_call', 'open_incident', 'open_incident']);
  });
});

describe('a place whose answer is slow', () => {
  const gu = [
    { zh: '挂甲寺', en: 'Guajiasi', kind: 'subdistrict', lon: 117.2262, lat: 39.0911, district: 'hexi' },
    { zh: '鼓楼', en: 'Gulou', kind: 'subdistrict', lon: 117.1777, lat: 39.1387, district: 'nankai' },
  ];
  const options = () => [...document.querySelectorAll('.suggest-p [role=option]')].map(({ textContent }) => textContent ?? '');
  let answer: (names: object[]) => void;
  const typeOn = async (text: string) => {
    await write('place', 'gu');
    await drawn(() => options().length === 2);
    await write('place', text);
  };
  beforeEach(() => {
    places = (text) =>
      text === 'gu'
        ? Response.json({ places: gu })
        : new Promise((resolve) => {
            answer = (names) => resolve(Response.json({ places: names }));
          });
  });
  const asked = async () => {
    const before = answer;
    await drawn(() => answer !== before);
  };

  it('is not taken from the list of what was typed before: Enter waits for its own', async () => {
    await typeOn('gulou');
    await press('Enter');
    expect(field('place').value).toBe('gulou');
    await asked();
    answer([gu[1] as object]);
    await drawn(() => field('place').value === '鼓楼');
    expect(document.activeElement).toBe(field('incident_type'));
  });
  it('takes nothing when it does not exist', async () => {
    await typeOn('gulouu');
    await press('Enter');
    await asked();
    answer([]);
    await drawn(() => options().length === 0);
    expect(field('place').value).toBe('gulouu');
    expect(document.activeElement).toBe(field('place'));
  });
  it('forgets the Enter when more is typed', async () => {
    await typeOn('gul');
    await press('Enter');
    await write('place', 'gulou');
    await asked();
    answer([gu[1] as object]);
    await drawn(() => options().length === 1);
    expect(field('place').value).toBe('gulou');
  });
  it('takes what an arrow has pointed at', async () => {
    await typeOn('gul');
    await press('ArrowDown');
    await press('Enter');
    expect(field('place').value).toBe('鼓楼');
  });
});

describe('the draft', () => {
  it('is kept when the intake is hidden', async () => {
    await write('description', '四楼冒烟');
    await press('Escape');
    expect(ui().intakeOpen).toBe(false);
    expect(drafts.get('intake')).toMatchObject({ description: '四楼冒烟' });
  });
  it('Escape closes an open list first', async () => {
    await write('incident_type', 'z');
    await press('Escape');
    expect(ui().intakeOpen).toBe(true);
    await press('Escape');
    expect(ui().intakeOpen).toBe(false);
  });
});
