import { describe, expect, it } from 'vitest';
import { type Heard, hear, SILENT_MS_MAX, stillHeard } from './presence';

const nobody: Heard = new Map();

describe('panels in other windows', () => {
  it('are out from the first sign of life to the farewell', () => {
    const out = hear(nobody, { kind: 'here', panel: 'map' }, 1_000);
    expect([...out.keys()]).toEqual(['map']);
    expect(hear(out, { kind: 'gone', panel: 'map' }, 2_000).size).toBe(0);
  });

  it('come back when their window crashed', () => {
    const out = hear(nobody, { kind: 'here', panel: 'map' }, 1_000);
    expect(stillHeard(out, 1_000 + SILENT_MS_MAX)).toBe(out);
    expect(stillHeard(out, 1_001 + SILENT_MS_MAX).size).toBe(0);
  });

  it('are untouched by what is said to others', () => {
    const out = hear(nobody, { kind: 'here', panel: 'board' }, 0);
    expect(hear(out, { kind: 'who' }, 1)).toBe(out);
    expect(hear(out, { kind: 'back', panel: 'board' }, 1)).toBe(out);
  });
});
