import { describe, expect, it } from 'vitest';
import type { IncidentTypeEntry } from '../documents';
import { type Change, changed, type Draft, draftFrom, emptyDraft, isUntouched, missing, openIncident, takeCall } from './draft';

const AT = '2026-11-23T06:32:07.000Z';
const given = (...changes: Change[]): Draft => changes.reduce(changed, emptyDraft(AT));
const placed: Change = {
  change: 'placeChosen',
  text: '南京路',
  point: { lon: 117.2, lat: 39.1 },
  address: '南京路148号',
  district: 'heping',
};
const typed: Change = { change: 'typeChosen', code: 'dwelling_fire', text: '住宅火灾' };
const fire: IncidentTypeEntry = {
  kind: 'incident_type',
  code: 'dwelling_fire',
  zh: '住宅火灾',
  en: 'Dwelling fire',
  category: 'accident',
  priority: 1,
  level: 3,
  agency: 'fire',
  questions: [
    { zh: '有人被困', en: 'People trapped' },
    { zh: '可见明火', en: 'Open flame' },
  ],
  is_retired: false,
  version: 1,
};

describe('what is typed', () => {
  it('other words in the place field take the chosen point back', () => {
    expect(given(placed, { change: 'written', field: 'placeText', text: '南京路1' }).point).toBeNull();
  });
  it('other words in the type field take the chosen type back', () => {
    expect(given(typed, { change: 'written', field: 'typeText', text: '住' }).incidentType).toBeNull();
  });
  it('a chosen place fills the address, but never over what a person wrote there', () => {
    expect(given(placed).address).toBe('南京路148号');
    expect(given({ change: 'addressWritten', text: '6号楼4层' }, placed).address).toBe('6号楼4层');
  });
  it('an answer belongs to its type: another type asks anew', () => {
    const answered = given(typed, { change: 'answered', question: 0, answer: 'yes' });
    expect(changed(answered, typed).answers).toEqual({ 0: 'yes' });
    expect(changed(answered, { change: 'typeChosen', code: 'theft', text: '盗窃' }).answers).toEqual({});
  });
  it('a new draft keeps the line that this seat answers', () => {
    expect(given({ change: 'sourceChosen', source: '119' }, placed, { change: 'begunAnew', at: AT })).toEqual({
      ...emptyDraft(AT),
      source: '119',
    });
  });
});

describe('what is missing', () => {
  it('an incident needs a place and a type, in this order', () => {
    expect(missing(emptyDraft(AT), 'incident').map(({ field }) => field)).toEqual(['place', 'incident_type']);
    expect(missing(given(placed, typed), 'incident')).toEqual([]);
  });
  it('a call that is linked to an incident needs neither', () => {
    expect(missing(emptyDraft(AT), 'link')).toEqual([]);
  });
});

describe('the commands', () => {
  it('the call was received when the intake was opened, with the answers in its description', () => {
    const draft = given(
      placed,
      typed,
      { change: 'answered', question: 0, answer: 'yes' },
      { change: 'written', field: 'description', text: '四楼冒烟' },
    );
    expect(takeCall(draft, fire)).toEqual({
      source: '110',
      place: { lon: 117.2, lat: 39.1, datum: 'WGS-84' },
      address: '南京路148号',
      district: 'heping',
      incident_type: 'dwelling_fire',
      description: '四楼冒烟。有人被困:是',
      received_at: AT,
      answered_at: AT,
    });
  });
  it('fields that nobody filled in are not sent', () => {
    expect(takeCall(emptyDraft(AT), null)).toEqual({ source: '110', received_at: AT, answered_at: AT });
  });
  it('the datum of typed coordinates goes along', () => {
    const draft = given({ ...placed, datum: 'GCJ-02' } as Change, typed);
    expect(openIncident(draft, fire, { call: 'C261123-0107' })?.place).toEqual({ lon: 117.2, lat: 39.1, datum: 'GCJ-02' });
  });
  it('an incident of an alarm is linked to the alarm, not to a call', () => {
    const opened = openIncident(given(placed, typed), fire, { alarm: 'TJ-GAS-014/high/20261123T063207123' });
    expect(opened).toMatchObject({ alarm: 'TJ-GAS-014/high/20261123T063207123' });
    expect(opened).not.toHaveProperty('call');
  });
  it('no incident is opened without a place', () => {
    expect(openIncident(given(typed), fire, { call: 'C261123-0107' })).toBeNull();
  });
});

describe('the kept draft', () => {
  it('comes back as it was', () => {
    const draft = given(placed, typed);
    expect(draftFrom(JSON.parse(JSON.stringify(draft)), AT)).toEqual(draft);
  });
  it.each([undefined, null, '', 7, [], {}])('«%s» begins anew', (kept) => {
    expect(draftFrom(kept, AT)).toEqual(emptyDraft(AT));
  });
  it('an opened form without a word is untouched', () => {
    expect(isUntouched(emptyDraft(AT))).toBe(true);
    expect(isUntouched(given(placed))).toBe(false);
  });
});
