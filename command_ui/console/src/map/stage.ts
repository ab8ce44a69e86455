/** Builds the map once its panel stands: camera, scene, feed and ground; and tells React the few facts that stand around it. */
import { type RefObject, useEffect, useRef, useState } from 'react';
import { type Speak, useL } from '../i18n';
import { installation } from '../installation';
import { now } from '../live/clock';
import { documents } from '../live/store';
import { settings as consoleSettings } from '../settings';
import { ui } from '../ui';
import { browserTiming, type Camera, INSET_PX, newCamera } from './camera';
import type { Edge } from './edges';
import { feed } from './feed';
import { listenToGestures } from './gestures';
import { type Ground, hasWebGl, library, newGround } from './ground';
import type { Target } from './hits';
import { forgetMap, type MapSettings, type Named, openMap, SETTINGS_WITHOUT_MAP } from './open';
import { onPaintChange, readPaint } from './paint';
import { frameOf, type LonLat, screenX, screenY, type View, zoomFor } from './projection';
import { summary } from './say';
import { type Drawn, newScene, type Scene } from './scene';
import { layersShown } from './shown';
import { Units } from './units';

// The counts at the edges change with every frame of a drag; a person reads four a second at most.
const FACTS_MS = 200;

// A screen reader that is told of every change says nothing else; this is about how long the sentence takes.
const SAY_MS_MIN = 15_000;

export type Facts = {
  readonly outside: Readonly<Record<Edge, number>>;
  readonly isSelectedInView: boolean;
  /** For the bar of scale; null before the panel stands. */
  readonly zoom: number | null;
  readonly lat: number;
  readonly summary: string;
  readonly trouble: Named | null;
};

export type Stage = {
  readonly ground: RefObject<HTMLDivElement | null>;
  readonly below: RefObject<HTMLCanvasElement | null>;
  readonly many: RefObject<HTMLCanvasElement | null>;
  readonly above: RefObject<HTMLCanvasElement | null>;
  readonly units: Units;
  readonly camera: Camera | null;
  readonly scene: Scene | null;
  readonly settings: MapSettings;
  readonly facts: Facts;
};

type Listeners = {
  readonly onHover: (target: Target | null) => void;
  readonly onPress: (target: Target | null, x: number, y: number) => void;
  readonly onSay: (sentence: string) => void;
};

const FACTS_AT_FIRST: Facts = {
  outside: { north: 0, south: 0, east: 0, west: 0 },
  isSelectedInView: true,
  zoom: null,
  lat: 0,
  summary: '',
  trouble: null,
};

const NO_WEBGL: Named = {
  zh: '本机浏览器没有 WebGL 2,底图画不出来;警情与单位照常显示。',
  en: 'This browser has no WebGL 2: the base map cannot be drawn. Incidents and units are shown as always.',
};
const NO_GROUND: Named = {
  zh: '底图没有载入;警情与单位照常显示。',
  en: 'The base map did not load. Incidents and units are shown as always.',
};

export function useStage(box: RefObject<HTMLElement | null>, touch: RefObject<HTMLElement | null>, on: Listeners): Stage {
  const ground = useRef<HTMLDivElement>(null);
  const below = useRef<HTMLCanvasElement>(null);
  const many = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const [units] = useState(() => new Units());
  const [built, setBuilt] = useState<{ camera: Camera; scene: Scene } | null>(null);
  const [settings, setSettings] = useState(SETTINGS_WITHOUT_MAP);
  const [facts, setFacts] = useState(FACTS_AT_FIRST);
  const listeners = useRef(on);
  listeners.current = on;
  const speak = useRef<Speak>(useL());
  speak.current = useL();

  useEffect(() => {
    const elements = [box.current, touch.current, ground.current, below.current, many.current, above.current] as const;
    const [panel, hand, under, names, crowd, marks] = elements;
    if (!panel || !hand || !under || !names || !crowd || !marks) return;
    let isOver = false;
    let saidAt = Number.NEGATIVE_INFINITY;
    let said = '';
    const trouble = (sentence: Named | null) => setFacts((held) => ({ ...held, trouble: sentence }));
    let factsTimer: ReturnType<typeof setTimeout> | undefined;
    const tellReact = () => {
      factsTimer = undefined;
      setFacts((held) => factsAfter(held, scene.drawn(), camera.view(), speak.current));
    };
    const tell = (drawn: Drawn) => {
      factsTimer ??= setTimeout(tellReact, FACTS_MS);
      if (performance.now() - saidAt < SAY_MS_MIN) return;
      const sentence = summary(drawn, speak.current);
      if (sentence === said) return;
      [said, saidAt] = [sentence, performance.now()];
      listeners.current.onSay(sentence);
    };
    const camera = newCamera(firstView(panel), browserTiming);
    const picture = {
      incidents: [],
      alarms: [],
      selected: ui().selected,
      layers: layersShown(),
      lang: consoleSettings().lang,
      staleAfter_ms: installation().position_stale_s * 1000,
      map: null,
      hovered: null,
      walked: null,
    };
    const scene = newScene(names, crowd, marks, camera, units, picture, now, tell);
    let begin = () => {};
    const size = new ResizeObserver(() => {
      camera.resize(panel.clientWidth, panel.clientHeight);
      begin();
    });
    size.observe(panel);
    const stopGestures = listenToGestures(hand, camera, {
      onPress: (x, y) => listeners.current.onPress(scene.targetAt(x, y), x, y),
      onHover: (at) => {
        const target = at && scene.targetAt(at.x, at.y);
        if (target?.id === scene.picture.hovered?.id) return;
        scene.picture.hovered = target;
        hand.toggleAttribute('data-hover', target !== null);
        scene.few();
        listeners.current.onHover(target);
      },
    });
    const stopFeed = feed(units, scene, camera, (number) => bring(camera, documents('incident_board').get(number)));
    let drawnGround: Ground | null = null;
    const stopPaint = onPaintChange(() => {
      scene.repaint();
      drawnGround?.repaint(readPaint());
    });
    setBuilt({ camera, scene });

    // Where it cannot be fetched, `newGround` says so.
    library().catch(() => {});
    const lay = async () => {
      const { map, missing } = await openMap();
      if (isOver) return;
      setSettings(map.settings);
      scene.picture.map = map;
      const home = map.settings.views[0];
      // Until a hand moves it the map shows its first view, whatever size the panel comes to have.
      begin = () => {
        if (home && !installation().map.centre && camera.begin(home, home.span_km * 1000))
          bring(camera, documents('incident_board').get(ui().selected ?? ''));
      };
      begin();
      scene.now();
      if (missing.length > 0) {
        forgetMap();
        trouble({ zh: `底图缺 ${missing.join('、')};${NO_GROUND.zh}`, en: `Missing: ${missing.join(', ')}. ${NO_GROUND.en}` });
      }
      const made = await newGround(under, camera, map, readPaint, () => trouble(NO_GROUND));
      if (isOver) made.end();
      else drawnGround = made;
    };
    // Asked only now: a context for the question alone costs a graphics driver as much as the one that draws.
    lay().catch(() => trouble(hasWebGl() ? NO_GROUND : NO_WEBGL));

    return () => {
      isOver = true;
      clearTimeout(factsTimer);
      for (const end of [stopGestures, stopFeed, stopPaint, scene.end, camera.end]) end();
      size.disconnect();
      drawnGround?.end();
    };
  }, [box, touch, units]);

  return { ground, below, many, above, units, camera: built?.camera ?? null, scene: built?.scene ?? null, settings, facts };
}

/** Where the map begins before its data are here: as the installation says, else the whole of it. */
function firstView(panel: HTMLElement): View {
  const { centre, zoom } = installation().map;
  const at = { lon: centre?.[0] ?? 117.2, lat: centre?.[1] ?? 39.12, width: panel.clientWidth, height: panel.clientHeight, zoom: 10 };
  return { ...at, zoom: zoom ?? zoomFor(30_000, at) };
}

/** The selected incident comes into view, unless it is there already or a hand is on the map. */
function bring(camera: Camera, place: LonLat | undefined): void {
  if (!place) return;
  const frame = frameOf(camera.view());
  const [x, y] = [screenX(frame, place.lon), screenY(frame, place.lat)];
  const isInside = x >= INSET_PX && y >= INSET_PX && x <= frame.width - INSET_PX && y <= frame.height - INSET_PX;
  if (!isInside) camera.follow(place);
}

/** The same object while nothing that React shows has changed: a redraw renders nothing. */
export function factsAfter(held: Facts, drawn: Drawn, view: View, L: Speak): Facts {
  const said = summary(drawn, L);
  const isSame =
    held.summary === said &&
    held.isSelectedInView === drawn.isSelectedInView &&
    held.zoom === view.zoom &&
    Math.abs(held.lat - view.lat) < 0.5;
  if (isSame) return held;
  const [north, south, east, west] = [
    drawn.outside.north.count,
    drawn.outside.south.count,
    drawn.outside.east.count,
    drawn.outside.west.count,
  ];
  return {
    ...held,
    outside: { north, south, east, west },
    isSelectedInView: drawn.isSelectedInView,
    zoom: view.zoom,
    lat: view.lat,
    summary: said,
  };
}
