/** The map of a wall: the whole city, its open incidents, nothing to press. It takes the layers of the dispatch map and draws them larger. */

import { useEffect, useRef, useState } from 'react';
import { useL } from '../i18n';
import { installation } from '../installation';
import { now } from '../live/clock';
import { documents, onChange } from '../live/store';
import { browserTiming, newCamera } from '../map/camera';
import type { Edge } from '../map/edges';
import { type Ground, newGround } from '../map/ground';
import { type MapViewSetting, type OpenMap, openMap } from '../map/open';
import { onPaintChange, readPaint } from '../map/paint';
import type { IncidentPoint } from '../map/picture';
import { worldX, worldY } from '../map/projection';
import { type Drawn, newScene } from '../map/scene';
import type { Layer } from '../map/shown';
import { Units } from '../map/units';
import { settings } from '../settings';
import { isIncident } from './figures';

// On a screen of 1,080 lines a mark of 22 px must be 44 to be told by its shape at five metres.
const ENLARGED_AT_1080 = 2;
const LAYERS: ReadonlySet<Layer> = new Set<Layer>(['incidents', 'names']);

// Without a view of the installation's the wall shows a city of this size about its centre.
const SPAN_M = 70_000;

type Beyond = Readonly<Record<Edge, number>>;
const NONE: Beyond = { north: 0, south: 0, east: 0, west: 0 };
const EDGES: readonly { edge: Edge; zh: string; en: string }[] = [
  { edge: 'north', zh: '北', en: 'N' },
  { edge: 'south', zh: '南', en: 'S' },
  { edge: 'west', zh: '西', en: 'W' },
  { edge: 'east', zh: '东', en: 'E' },
];

export function WallMap() {
  const L = useL();
  const box = useRef<HTMLDivElement>(null);
  const ground = useRef<HTMLDivElement>(null);
  const below = useRef<HTMLCanvasElement>(null);
  const many = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const [beyond, setBeyond] = useState(NONE);
  const [credit, setCredit] = useState('');
  useEffect(() => {
    const elements = [box.current, ground.current, below.current, many.current, above.current] as const;
    const [panel, under, names, crowd, marks] = elements;
    if (!panel || !under || !names || !crowd || !marks) return;
    return hang(panel, under, names, crowd, marks, setBeyond, setCredit);
  }, []);
  return (
    <section className="w-map" aria-label={L('地图', 'Map')}>
      <div className="w-map-in" ref={box} aria-hidden="true">
        <div className="map-ground" ref={ground} />
        <canvas ref={below} />
        <canvas ref={many} />
        <canvas ref={above} />
      </div>
      <span className="w-credit">{credit}</span>
      {EDGES.map(({ edge, zh, en }) =>
        beyond[edge] > 0 ? (
          <span key={edge} className="w-beyond" data-edge={edge}>
            {L(zh, en)} <b>{beyond[edge]}</b>
          </span>
        ) : null,
      )}
    </section>
  );
}

function hang(
  panel: HTMLElement,
  under: HTMLDivElement,
  names: HTMLCanvasElement,
  crowd: HTMLCanvasElement,
  marks: HTMLCanvasElement,
  onBeyond: (beyond: Beyond) => void,
  onCredit: (credit: string) => void,
): () => void {
  const enlarged = Math.max(1, (window.innerHeight / 1080) * ENLARGED_AT_1080);
  panel.style.setProperty('--enlarged', String(enlarged));
  const [lon, lat] = installation().map.centre ?? [0, 0];
  const start = { lon, lat, zoom: installation().map.zoom ?? 8, width: panel.clientWidth, height: panel.clientHeight };
  const camera = newCamera(start, browserTiming);
  const picture = {
    incidents: pointsNow(),
    alarms: [],
    selected: null,
    layers: LAYERS,
    lang: settings().lang,
    staleAfter_ms: Number.POSITIVE_INFINITY,
    map: null as OpenMap | null,
    hovered: null,
    walked: null,
  };
  let told = NONE;
  const tell = ({ outside }: Drawn) => {
    const next = { north: outside.north.count, south: outside.south.count, east: outside.east.count, west: outside.west.count };
    if (EDGES.every(({ edge }) => next[edge] === told[edge])) return;
    told = next;
    onBeyond(next);
  };
  const scene = newScene(names, crowd, marks, camera, new Units(), picture, now, tell, enlarged);
  let drawn: Ground | null = null;
  let isOver = false;
  const frame = () => {
    const { clientWidth, clientHeight } = panel;
    camera.resize(clientWidth, clientHeight);
    const home = viewOf(picture.map?.settings.views ?? []);
    camera.begin(home ?? camera.view(), home ? home.span_km * 1000 : SPAN_M);
  };
  const size = new ResizeObserver(frame);
  size.observe(panel);
  const stops = [
    onChange('wall_board', () => {
      scene.picture.incidents = pointsNow();
      scene.soon();
    }),
    onPaintChange(() => {
      scene.picture.lang = settings().lang;
      scene.repaint();
      drawn?.repaint(readPaint());
    }),
  ];
  const lay = async () => {
    const { map } = await openMap();
    if (isOver) return;
    picture.map = map;
    onCredit(map.settings.attribution.map(({ text }) => text).join(' · '));
    frame();
    scene.now();
    const made = await newGround(under, camera, map, readPaint, () => {}, enlarged);
    if (isOver) made.end();
    else drawn = made;
  };
  // Without its ground the wall still shows where the incidents are.
  lay().catch((problem) => console.warn('The base map could not be drawn.', problem));
  return () => {
    isOver = true;
    for (const stop of [...stops, scene.end, camera.end]) stop();
    size.disconnect();
    drawn?.end();
  };
}

/** The view that the wall's address asks for (`/wall?view=all`); else the second, which is the city with its surroundings. */
function viewOf(views: readonly MapViewSetting[]): MapViewSetting | undefined {
  const asked = new URLSearchParams(window.location.search).get('view');
  return views.find(({ code }) => code === asked) ?? views[1] ?? views[0];
}

function pointsNow(): IncidentPoint[] {
  const points: IncidentPoint[] = [];
  for (const [id, row] of documents('wall_board')) {
    if (!isIncident(row)) continue;
    const { short, lon, lat, priority, phase } = row;
    points.push({
      id,
      x: worldX(lon),
      y: worldY(lat),
      priority,
      isInHand: phase !== 'pending',
      document: { short, lon, lat, assignments: [] },
    });
  }
  return points.sort((a, b) => b.priority - a.priority || Number(b.isInHand) - Number(a.isInHand));
}
