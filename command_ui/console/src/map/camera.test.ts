import { describe, expect, test } from 'vitest';
import { newCamera, type Timing } from './camera';
import { answerPick, isPicking, pickPoint } from './pick';

const HOME = { lon: 117.2, lat: 39.12, zoom: 11, width: 900, height: 800 };
const FAR = { lon: 117.6, lat: 39.0 };

/** A clock that stands until it is moved; frames run when it is. */
function handClock(): Timing & { pass: (ms: number) => void } {
  let time = 0;
  let waiting: (() => void)[] = [];
  return {
    now: () => time,
    isStill: () => false,
    frame: (callback) => {
      waiting.push(callback);
      return () => {
        waiting = waiting.filter((other) => other !== callback);
      };
    },
    pass: (ms) => {
      for (let passed = 0; passed < ms; passed += 16) {
        time += Math.min(16, ms - passed);
        const due = waiting;
        waiting = [];
        for (const callback of due) callback();
      }
    },
  };
}

describe('following', () => {
  test('the map follows the selection when no hand has moved it', () => {
    const clock = handClock();
    const camera = newCamera(HOME, clock);
    expect(camera.follow(FAR)).toBe(true);
    clock.pass(300);
    expect(camera.view()).toMatchObject(FAR);
  });

  test('within 10 s of a manual pan it stays where the operator put it', () => {
    const clock = handClock();
    const camera = newCamera(HOME, clock);
    camera.drag(40, 0);
    const put = camera.view();
    clock.pass(9_990);
    expect(camera.follow(FAR)).toBe(false);
    expect(camera.view()).toBe(put);
    clock.pass(10);
    expect(camera.follow(FAR)).toBe(true);
  });

  test('while the hand is down it never moves by itself, and a hand that comes down stops it', () => {
    const clock = handClock();
    const camera = newCamera(HOME, clock);
    camera.holdHand(true);
    clock.pass(60_000);
    expect(camera.follow(FAR)).toBe(false);
    camera.holdHand(false);
    expect(camera.follow(FAR)).toBe(true);
    clock.pass(48);
    camera.holdHand(true);
    const halted = camera.view();
    clock.pass(1_000);
    expect(camera.view()).toBe(halted);
  });

  test('asked for, it goes there at once, whatever the hand did', () => {
    const clock = handClock();
    const camera = newCamera(HOME, clock);
    camera.drag(40, 0);
    camera.goTo(FAR);
    clock.pass(300);
    expect(camera.view()).toMatchObject(FAR);
  });

  test('who wants no motion sees none', () => {
    const camera = newCamera(HOME, { ...handClock(), isStill: () => true });
    camera.goTo(FAR, 30_000);
    expect(camera.view()).toMatchObject(FAR);
  });

  test('a drag to the right brings the west into view', () => {
    const camera = newCamera(HOME, handClock());
    camera.drag(100, 0);
    expect(camera.view().lon).toBeLessThan(HOME.lon);
  });

  test('listeners hear of each move, and of none after they left', () => {
    const camera = newCamera(HOME, handClock());
    let moves = 0;
    const leave = camera.onMove(() => {
      moves += 1;
    });
    camera.zoom(1);
    camera.resize(900, 800);
    camera.resize(901, 800);
    leave();
    camera.zoom(1);
    expect(moves).toBe(2);
  });
});

describe('choosing a point', () => {
  test('the press is the answer, to six digits', async () => {
    const asked = pickPoint();
    expect(isPicking()).toBe(true);
    answerPick({ lon: 117.12345678, lat: 39.98765432 });
    expect(await asked).toEqual({ lon: 117.123457, lat: 39.987654 });
    expect(isPicking()).toBe(false);
  });

  test('backing out answers nothing', async () => {
    const asked = pickPoint();
    answerPick(null);
    expect(await asked).toBeNull();
  });

  test('a newer question withdraws the older one', async () => {
    const first = pickPoint();
    const second = pickPoint();
    expect(await first).toBeNull();
    answerPick({ lon: 117, lat: 39 });
    expect(await second).toEqual({ lon: 117, lat: 39 });
  });
});
