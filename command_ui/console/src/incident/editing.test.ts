import { describe, expect, it } from 'vitest';
import { isEditedInSight, standInSight } from './editing';

describe('an editor in sight', () => {
  it('is one for as long as it stands on the screen', () => {
    expect(isEditedInSight()).toBe(false);
    const gone = standInSight();
    expect(isEditedInSight()).toBe(true);
    gone();
    expect(isEditedInSight()).toBe(false);
  });
});
