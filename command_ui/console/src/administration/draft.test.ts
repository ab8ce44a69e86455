import { describe, expect, it } from 'vitest';
import { conflicts, keptMine, shown, tookTheirs, versionSeen, written } from './draft';

const live = { zh: '内涝', priority: 3 };

describe('a form that is being filled in', () => {
  it('keeps the touched fields alone, and shows the rest as it is now', () => {
    const draft = written(undefined, live, 4, 'zh', '积水');
    expect(draft).toEqual({ mine: { zh: '积水' }, base: live, seen: 4 });
    expect(shown(draft, { ...live, priority: 1 })).toEqual({ zh: '积水', priority: 1 });
  });
  it('is no draft any more when everything is as it was', () => {
    expect(written(written(undefined, live, 4, 'zh', '积水'), live, 4, 'zh', '内涝')).toBeUndefined();
  });
});

describe('somebody changed it meanwhile', () => {
  const draft = written(undefined, live, 4, 'zh', '积水');
  const theirs = { zh: '城市内涝', priority: 3 };
  if (!draft) throw new Error('A touched field makes a draft.');

  it('elsewhere: no conflict, and the save names the newest version', () => {
    const elsewhere = { ...live, priority: 1 };
    expect(conflicts(draft, elsewhere)).toEqual([]);
    expect(versionSeen(draft, elsewhere, 5)).toBe(5);
  });
  it('in the same field: both are shown, and the save still names what was seen', () => {
    expect(conflicts(draft, theirs)).toEqual([{ field: 'zh', theirs: '城市内涝', mine: '积水' }]);
    expect(versionSeen(draft, theirs, 5)).toBe(4);
  });
  it('to the same: no conflict', () => {
    expect(conflicts(draft, { ...live, zh: '积水' })).toEqual([]);
  });
  it('mine is kept knowingly', () => {
    const kept = keptMine(draft, theirs, 5);
    expect(conflicts(kept, theirs)).toEqual([]);
    expect(versionSeen(kept, theirs, 5)).toBe(5);
  });
  it('theirs is taken, and what else was typed stays', () => {
    expect(tookTheirs(draft, theirs, 5)).toBeUndefined();
    const more = written(draft, live, 4, 'priority', 1);
    expect(more && tookTheirs(more, theirs, 5)?.mine).toEqual({ priority: 1 });
  });
});
