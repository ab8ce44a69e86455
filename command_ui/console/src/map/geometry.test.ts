import { describe, expect, test } from 'vitest';
import { durationText, etaSeconds, metresBetween } from './distance';
import {
  boundsOf,
  frameOf,
  metresPerPixel,
  padded,
  panned,
  pointAt,
  scaleBar,
  screenX,
  screenY,
  type View,
  within,
  ZOOM_MAX,
  zoomed,
  zoomFor,
} from './projection';
import { UNITS_UNFILTERED_MAX, viewportFor } from './viewport';

const VIEW: View = { lon: 117.2, lat: 39.12, zoom: 11, width: 972, height: 804 };

// A fixed walk over views and points: the same cases on every run, none of them chosen by hand.
function* cases(count: number): Generator<{ view: View; x: number; y: number }> {
  let seed = 1;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let i = 0; i < count; i += 1) {
    const view = {
      lon: -170 + 340 * next(),
      lat: -70 + 140 * next(),
      zoom: 6.5 + 11 * next(),
      width: 200 + 2_000 * next(),
      height: 200 + 1_200 * next(),
    };
    yield { view, x: view.width * next(), y: view.height * next() };
  }
}

describe('projection', () => {
  test('the camera stands in the middle of the panel', () => {
    const frame = frameOf(VIEW);
    expect(screenX(frame, VIEW.lon)).toBeCloseTo(486, 6);
    expect(screenY(frame, VIEW.lat)).toBeCloseTo(402, 6);
  });

  test('a pixel taken to its place comes back to the pixel', () => {
    for (const { view, x, y } of cases(200)) {
      const frame = frameOf(view);
      const place = pointAt(frame, x, y);
      expect(screenX(frame, place.lon)).toBeCloseTo(x, 3);
      expect(screenY(frame, place.lat)).toBeCloseTo(y, 3);
      expect(within(boundsOf(frame), place.lon, place.lat)).toBe(true);
    }
  });

  test('zooming keeps the place under the pointer where it is', () => {
    for (const { view, x, y } of cases(200)) {
      const before = pointAt(frameOf(view), x, y);
      const after = zoomed(view, 0.7, x, y);
      expect(screenX(frameOf(after), before.lon)).toBeCloseTo(x, 2);
      expect(screenY(frameOf(after), before.lat)).toBeCloseTo(y, 2);
    }
  });

  test('a view at the greatest zoom zooms no further and stays the same view', () => {
    const close = { ...VIEW, zoom: ZOOM_MAX };
    expect(zoomed(close, 1, 10, 10)).toBe(close);
  });

  test('a pan to the right shows what lies to the east', () => {
    expect(panned(VIEW, 100, 0).lon).toBeGreaterThan(VIEW.lon);
    expect(panned(VIEW, 0, 100).lat).toBeLessThan(VIEW.lat);
  });

  test('a span that is asked for fills the smaller side', () => {
    const view = { ...VIEW, zoom: zoomFor(30_000, VIEW) };
    expect(metresPerPixel(view) * Math.min(view.width, view.height)).toBeCloseTo(30_000, 3);
  });

  test('the bar of scale is a round length between 60 and 150 px', () => {
    expect(scaleBar(VIEW).text).toBe('2 km');
    for (let zoom = 7; zoom <= 17; zoom += 0.25) {
      const bar = scaleBar({ ...VIEW, zoom });
      expect(bar.px).toBeGreaterThanOrEqual(60);
      expect(bar.px).toBeLessThanOrEqual(155);
    }
  });
});

describe('distance', () => {
  test('one minute of latitude is a nautical mile', () => {
    expect(metresBetween({ lon: 117, lat: 39 }, { lon: 117, lat: 39 + 1 / 60 })).toBeCloseTo(1853, 0);
  });

  test('an estimate is the great circle times 1.35 at the speed of the unit', () => {
    const [from, to] = [
      { lon: 117, lat: 39 },
      { lon: 117, lat: 39.09 },
    ];
    expect(etaSeconds(from, to, 60)).toBeCloseTo((metresBetween(from, to) * 1.35) / (60 / 3.6), 6);
  });

  test('a unit that stands or does not say is taken to drive at the assumed pace, never to take for ever', () => {
    const [from, to] = [
      { lon: 117, lat: 39 },
      { lon: 117.05, lat: 39 },
    ];
    expect(etaSeconds(from, to, 0)).toBe(etaSeconds(from, to, null));
    expect(etaSeconds(from, to, 0)).toBeLessThan(900);
  });

  test.each([
    [0, '0:00'],
    [52, '0:52'],
    [59.6, '1:00'],
    [725, '12:05'],
    [3_840, '1:04:00'],
    [-3, '0:00'],
  ])('%d seconds read %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

describe('the viewport that is asked for', () => {
  test('it holds the view with half a view of margin on every side', () => {
    const [west, south, east, north] = viewportFor(frameOf(VIEW), null);
    const seen = boundsOf(frameOf(VIEW));
    expect([west, south, east, north]).toEqual(padded(seen, 0.5).map((degree) => expect.closeTo(degree, 3)));
  });

  test('a small pan asks for nothing new', () => {
    const held = viewportFor(frameOf(VIEW), null);
    expect(viewportFor(frameOf(panned(VIEW, 300, -200)), held)).toBe(held);
  });

  test('a pan beyond the margin, or a view far smaller than what is held, asks anew', () => {
    const held = viewportFor(frameOf(VIEW), null);
    expect(viewportFor(frameOf(panned(VIEW, 600, 0)), held)).not.toBe(held);
    expect(viewportFor(frameOf({ ...VIEW, zoom: VIEW.zoom + 1 }), held)).not.toBe(held);
  });

  test('what is asked for always holds what is seen', () => {
    let held = null;
    for (const { view } of cases(200)) {
      held = viewportFor(frameOf(view), held);
      const [west, south, east, north] = boundsOf(frameOf(view));
      expect(held[0]).toBeLessThanOrEqual(Math.max(-180, west) + 1e-4);
      expect(held[1]).toBeLessThanOrEqual(south + 1e-4);
      expect(held[2]).toBeGreaterThanOrEqual(Math.min(180, east) - 1e-4);
      expect(held[3]).toBeGreaterThanOrEqual(north - 1e-4);
    }
  });

  test('a city of 1,600 units is asked for whole', () => {
    expect(UNITS_UNFILTERED_MAX).toBeGreaterThan(1_600);
  });
});
