import { describe, expect, it } from 'vitest';
import { Playing } from './playing';

describe('a clock that plays', () => {
  it('stands until it runs, and runs at its speed', () => {
    const playing = new Playing(1_000_000, 10);
    expect(playing.at(5_000)).toBe(1_000_000);
    playing.run(5_000);
    expect(playing.at(6_000)).toBe(1_010_000);
    playing.run(6_000);
    expect(playing.at(7_000)).toBe(1_020_000);
  });

  it('does not jump when its speed changes', () => {
    const playing = new Playing(0, 100);
    playing.run(0);
    playing.setSpeed(1, 1_000);
    expect(playing.at(1_000)).toBe(100_000);
    expect(playing.at(2_000)).toBe(101_000);
  });

  it('is put elsewhere and goes on, or stands and stays', () => {
    const playing = new Playing(0, 2);
    playing.run(0);
    playing.put(500, 1_000);
    expect(playing.at(1_500)).toBe(1_500);
    playing.stand(1_500);
    expect(playing.at(9_999)).toBe(1_500);
    expect(playing.isRunning).toBe(false);
  });
});
