import { describe, expect, it } from 'vitest';
import { go, onRoute, pathOf, route, routeOf } from './route';

describe('the address of a screen', () => {
  it.each([
    ['/', 'dispatch', ''],
    ['/wall', 'wall', ''],
    ['/wall/', 'wall', ''],
    ['/incident/261123-0031', 'incident', '261123-0031'],
    ['/panel/a%2Fb', 'panel', 'a/b'],
    ['/no-such-screen/x', 'dispatch', ''],
    ['/dispatch', 'dispatch', ''],
    ['/incident/%E0%A4%A', 'incident', '%E0%A4%A'],
  ] as const)('%s is %s %s', (path, screen, rest) => {
    expect(routeOf(path)).toEqual({ screen, rest });
  });

  it('is read back as it was written', () => {
    expect(routeOf(pathOf('incident', '261123-0031'))).toEqual({ screen: 'incident', rest: '261123-0031' });
    expect(pathOf('dispatch', 'ignored')).toBe('/');
  });
});

describe('going to a screen', () => {
  it('tells whoever listens, and the back button comes back', () => {
    const seen: string[] = [];
    const stop = onRoute(() => seen.push(route().screen));
    go('wall');
    go('wall');
    window.history.replaceState(null, '', '/');
    window.dispatchEvent(new PopStateEvent('popstate'));
    stop();
    expect(seen).toEqual(['wall', 'dispatch']);
  });
});
