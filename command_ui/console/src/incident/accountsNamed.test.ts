import { describe, expect, it } from 'vitest';
import { accountsNamed } from './accountsNamed';

const nameOf = (account: string) => ({ li: '李明', zhou: '周凯' })[account] ?? account;
const handed = { topic: 'incident.handed', by: 'zhou', data: { to_account: 'li', was_account: '' } };
const taken = { topic: 'incident.taken_on', by: 'li', data: { was_account: 'zhou' } };

describe('accounts in a sentence of the log', () => {
  it.each([
    [handed, '移交给 li:换席', '移交给 李明:换席'],
    [handed, 'Handed to li: end of shift', 'Handed to 李明: end of shift'],
    [taken, 'li 接手', '李明 接手'],
    [taken, 'Taken on by li', 'Taken on by 李明'],
  ])('are called by their names: %#', (fact, text, said) => {
    expect(accountsNamed(text, fact, nameOf)).toBe(said);
  });

  it('leaves a reason as it was written, whatever letters are in it', () => {
    expect(accountsNamed('Handed to li: li is relieved by zhou', handed, nameOf)).toBe('Handed to 李明: li is relieved by zhou');
  });

  it('leaves an account that nobody knows by its code, and every other sentence alone', () => {
    expect(accountsNamed('移交给 wang:换席', { ...handed, data: { to_account: 'wang' } }, nameOf)).toBe('移交给 wang:换席');
    expect(accountsNamed('li 接手', { topic: 'incident.note_added', by: 'li', data: {} }, nameOf)).toBe('li 接手');
  });
});
