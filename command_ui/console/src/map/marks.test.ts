import { describe, expect, test } from 'vitest';
import { newCrowd } from './crowd';
import { edgeOf, type Marked, outside } from './edges';
import { stepFrom, type Target, targetAt, walkOrder } from './hits';
import { besides, lastInside, newRoom, overlaps } from './labels';
import { namesOf } from './open';
import { layersFrom } from './shown';
import { Units } from './units';

const target = (kind: Target['kind'], id: string, x: number, y: number, priority = 3): Target => ({ kind, id, x, y, priority });

describe('what lies outside', () => {
  test.each([
    [50, 50, null],
    [0, 0, null],
    [100, 100, null],
    [-1, 50, 'west'],
    [101, 50, 'east'],
    [50, -1, 'north'],
    [50, 101, 'south'],
    [-30, -10, 'west'],
    [-10, -30, 'north'],
  ])('(%d, %d) lies beyond %s', (x, y, edge) => {
    expect(edgeOf(x, y, 100, 100)).toBe(edge);
  });

  test('each point outside is counted once, and those inside never', () => {
    const points: Marked[] = [];
    for (let x = -50; x <= 150; x += 10) for (let y = -50; y <= 150; y += 10) points.push({ id: `${x},${y}`, x, y, priority: 3 });
    const found = outside(points, 100, 100);
    const inside = points.filter((p) => p.x >= 0 && p.x <= 100 && p.y >= 0 && p.y <= 100).length;
    expect(found.north.count + found.south.count + found.east.count + found.west.count).toBe(points.length - inside);
  });

  test('a press on an edge leads to the most urgent beyond it, of equals to the nearest', () => {
    const found = outside(
      [
        { id: 'near', x: 120, y: 50, priority: 3 },
        { id: 'far and urgent', x: 900, y: 50, priority: 1 },
        { id: 'further and urgent', x: 990, y: 50, priority: 1 },
      ],
      100,
      100,
    );
    expect(found.east).toMatchObject({ count: 3, foremost: { id: 'far and urgent' } });
    expect(found.west).toEqual({ count: 0, foremost: null });
  });
});

describe('hitting', () => {
  test('of marks on one spot the incident is meant, then the alarm, then the unit', () => {
    const spot = [target('unit', 'E1', 10, 10), target('alarm', 'A', 10, 10), target('incident', 'I', 12, 12)];
    expect(targetAt(spot, 10, 10)?.id).toBe('I');
    expect(targetAt(spot.slice(0, 2), 10, 10)?.id).toBe('A');
  });

  test('of two incidents the more urgent is meant, of equals the nearer', () => {
    expect(targetAt([target('incident', 'a', 10, 10, 3), target('incident', 'b', 18, 10, 1)], 10, 10)?.id).toBe('b');
    expect(targetAt([target('incident', 'a', 15, 10, 3), target('incident', 'b', 12, 10, 3)], 10, 10)?.id).toBe('b');
  });

  test('beyond reach nothing is hit', () => {
    expect(targetAt([target('incident', 'a', 30, 10)], 10, 10)).toBeNull();
  });

  test('a walk goes by urgency, then number, round the end, and starts at its first', () => {
    const order = walkOrder([target('incident', '3', 0, 0, 2), target('incident', '2', 0, 0, 2), target('incident', '9', 0, 0, 1)]);
    expect(order.map((t) => t.id)).toEqual(['9', '2', '3']);
    expect(stepFrom(order, null, 1)?.id).toBe('9');
    expect(stepFrom(order, null, -1)?.id).toBe('3');
    expect(stepFrom(order, '3', 1)?.id).toBe('9');
    expect(stepFrom(order, '9', -1)?.id).toBe('3');
    expect(stepFrom(order, 'gone', 1)?.id).toBe('9');
    expect(stepFrom([], '9', 1)).toBeNull();
  });
});

describe('labels', () => {
  test('none that was given room covers another', () => {
    const room = newRoom();
    const given = [];
    for (let i = 0; i < 400; i += 1) {
      const box = room.take(besides({ x: (i * 37) % 500, y: (i * 91) % 400 }, { x: 250 }, 60, 18, 10));
      if (box) given.push(box);
    }
    expect(given.length).toBeGreaterThan(20);
    for (const [i, a] of given.entries()) for (const b of given.slice(i + 1)) expect(overlaps(a, b)).toBe(false);
  });

  test('a label stands on the side that leads away from the incident', () => {
    expect(besides({ x: 10, y: 0 }, { x: 100 }, 50, 18, 10)[0]?.x).toBe(-50);
    expect(besides({ x: 200, y: 0 }, { x: 100 }, 50, 18, 10)[0]?.x).toBe(210);
  });

  test('the label of a unit beyond the edge stands where its line leaves the panel, and nowhere when the incident is outside too', () => {
    expect(lastInside({ x: 500, y: 400 }, { x: 2_500, y: 400 }, 1_000, 800, 50)).toEqual({ x: 950, y: 400 });
    expect(lastInside({ x: 500, y: 400 }, { x: 500, y: -400 }, 1_000, 800, 50)).toEqual({ x: 500, y: 50 });
    expect(lastInside({ x: 500, y: 400 }, { x: 600, y: 500 }, 1_000, 800, 50)).toEqual({ x: 600, y: 500 });
    expect(lastInside({ x: 10, y: 400 }, { x: -900, y: 400 }, 1_000, 800, 50)).toEqual({ x: 10, y: 400 });
    expect(lastInside({ x: -5, y: 400 }, { x: 2_500, y: 400 }, 1_000, 800, 50)).toBeNull();
  });

  test('room that is blocked is not given', () => {
    const room = newRoom();
    room.block({ x: 0, y: 0, width: 300, height: 300 });
    expect(room.take([{ x: 120, y: 120, width: 10, height: 10 }])).toBeNull();
  });
});

describe('a crowd', () => {
  test('of one kind in one cell the first is drawn; another kind, another cell, another redraw are drawn too', () => {
    const crowd = newCrowd();
    crowd.clear(100, 100);
    expect(crowd.isFirst(10, 10, 0)).toBe(true);
    expect(crowd.isFirst(10.5, 10.5, 0)).toBe(false);
    expect(crowd.isFirst(10, 10, 1)).toBe(true);
    expect(crowd.isFirst(20, 10, 0)).toBe(true);
    expect(crowd.isFirst(-1, 10, 0)).toBe(false);
    crowd.clear(100, 100);
    expect(crowd.isFirst(10, 10, 0)).toBe(true);
  });
});

describe('units', () => {
  const NOW = 1_000_000;
  const STALE = 90_000;
  const seen = (at: number): [number, number, number | null, number | null, number, string] => [117.2, 39.1, 90, 30, at, 'avl'];

  test('a unit stands where it was last known, and grows stale there', () => {
    const units = new Units();
    units.place('E1', seen(NOW));
    expect(units.find('E1', NOW + 90_000, STALE)).toMatchObject({ unit: 'E1', speed_kmh: 30, isStale: false });
    expect(units.find('E1', NOW + 90_001, STALE)?.isStale).toBe(true);
    expect(units.find('E1', NOW, STALE)?.lon).toBeCloseTo(117.2, 9);
    expect(units.find('E1', NOW, STALE)?.lat).toBeCloseTo(39.1, 9);
  });

  test('a unit without a fix is nowhere: its station is not where it is', () => {
    const units = new Units();
    units.stand('E1', { status: 'available', incident: null });
    expect(units.find('E1', NOW, STALE)).toBeNull();
  });

  test('a unit that left the viewport keeps its status and comes back with it', () => {
    const units = new Units();
    units.stand('E1', { status: 'en_route', incident: 'I1' });
    units.place('E1', seen(NOW));
    units.place('E1', null);
    expect(units.find('E1', NOW, STALE)).toBeNull();
    units.place('E1', seen(NOW + 1));
    expect(units.find('E1', NOW, STALE)?.shape).toBe('moving');
  });

  test('rows of units that are gone are used again, and the columns grow past their first size', () => {
    const units = new Units();
    for (let i = 0; i < 1_000; i += 1) units.place(`U${i}`, seen(i));
    for (let i = 0; i < 1_000; i += 1) units.place(`U${i}`, null);
    for (let i = 0; i < 1_000; i += 1) units.place(`V${i}`, seen(i));
    expect(units.fleet.count).toBe(1_000);
    expect(units.find('V999', NOW, STALE)?.at).toBe(999);
    expect(units.find('U1', NOW, STALE)).toBeNull();
  });
});

describe('what was kept in the browser', () => {
  test('anything but a list of layers counts as nothing kept', () => {
    expect([...layersFrom('{"a":1}')]).toEqual([...layersFrom(null)]);
    expect([...layersFrom('not json')]).toEqual([...layersFrom(null)]);
    expect([...layersFrom('["units","roads"]')]).toEqual(['units']);
    expect([...layersFrom('[]')]).toEqual([]);
  });
});

describe('names', () => {
  const point = (zh: string, kind: string) => ({
    type: 'Feature' as const,
    properties: { zh, en: zh, kind },
    geometry: { type: 'Point', coordinates: [117, 39] },
  });
  test('districts of the operator stand in for the shipped ones, at the middle of their largest ring', () => {
    const square = {
      type: 'Polygon',
      coordinates: [
        [
          [117, 39],
          [118, 39],
          [118, 40],
          [117, 40],
          [117, 39],
        ],
      ],
    };
    const own = {
      type: 'FeatureCollection' as const,
      features: [{ type: 'Feature' as const, properties: { zh: '甲区', en: 'Jia' }, geometry: square }],
    };
    const shipped = { type: 'FeatureCollection' as const, features: [point('乙', 'town'), point('丙区', 'district')] };
    expect(namesOf(shipped, own).map((name) => [name.zh, name.lon, name.lat])).toEqual([
      ['甲区', 117.5, 39.5],
      ['乙', 117, 39],
    ]);
  });
});
