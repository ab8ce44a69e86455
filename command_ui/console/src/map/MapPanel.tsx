/** The map of the dispatch screen. React holds what stands around it; what moves on it is drawn by `scene.ts`. */
import { useEffect, useId, useRef, useState } from 'react';
import { focusPane } from '../focus';
import { useL } from '../i18n';
import { onSecond } from '../live/clock';
import { documents } from '../live/store';
import { select, ui, useUiPart } from '../ui';
import { EdgeCounts } from './EdgeCounts';
import type { Edge } from './edges';
import { stepFrom, type Target, walkOrder } from './hits';
import { useMapKeys } from './keys';
import { cardOf, MapCard } from './MapCard';
import { MapControls } from './MapControls';
import './map.css';
import { answerPick, isPicking, useIsPicking } from './pick';
import { frameOf, pointAt, scaleBar } from './projection';
import { type Stage, useStage } from './stage';

export { pickPoint } from './pick';

const ZOOM_A_KEY = 0.5;

export function MapPanel() {
  const L = useL();
  const box = useRef<HTMLElement>(null);
  const touch = useRef<HTMLDivElement>(null);
  const told = useId();
  const isPick = useIsPicking();
  const selected = useUiPart('selected');
  const [hovered, setHovered] = useState<Target | null>(null);
  const [walked, setWalked] = useState<Target | null>(null);
  const [said, setSaid] = useState('');
  const stage = useStage(box, touch, { onHover: setHovered, onPress: (target, x, y) => press(stage, target, x, y), onSay: setSaid });
  const { camera, scene, units, facts, settings } = stage;

  const walk = (by: 1 | -1) => {
    const target = scene && stepFrom(walkOrder(scene.drawn().incidents), walked?.id ?? ui().selected, by);
    if (!scene || !target) {
      setSaid(L('视图内没有警情。', 'There are no incidents in view.'));
      return;
    }
    setWalked(target);
    scene.picture.walked = target.id;
    scene.few();
    const card = cardOf(target, units, L);
    if (card) setSaid([`P${target.priority}`, card.title, ...card.lines].join(L(',', ', ')));
  };
  const leaveWalk = () => {
    if (!walked) return false;
    setWalked(null);
    if (scene) scene.picture.walked = null;
    scene?.few();
    return true;
  };
  const goToSelection = () => {
    const incident = documents('incident_board').get(ui().selected ?? '');
    if (!incident || !camera) return false;
    camera.goTo(incident);
    return true;
  };
  const goToEdge = (edge: Edge) => {
    const foremost = scene?.drawn().outside[edge].foremost;
    const incident = documents('incident_board').get(foremost?.id ?? '');
    if (incident) camera?.goTo(incident);
    // The count under the finger may be gone with the move: the map itself takes the focus.
    touch.current?.focus({ preventScroll: true });
  };
  useMapKeys({
    pan: (dx, dy) => camera?.drag(-dx, -dy),
    zoom: (steps) => camera?.zoom(steps * ZOOM_A_KEY),
    walk,
    goToSelection,
    enter: () => {
      if (isPicking()) return answerMiddle(stage);
      if (!walked) return false;
      select(walked.id);
      leaveWalk();
      return true;
    },
    escape: () => {
      if (!isPicking()) return leaveWalk();
      answerPick(null);
      return true;
    },
  });

  // Who asks for a point wants the next press on the map; when it is answered, the focus goes back to who asked.
  useEffect(() => {
    if (!isPick) return;
    const asker = document.activeElement;
    touch.current?.focus({ preventScroll: true });
    return () => {
      if (asker instanceof HTMLElement && asker.isConnected) asker.focus({ preventScroll: true });
    };
  }, [isPick]);

  const away = facts.isSelectedInView || !selected ? null : (documents('incident_board').get(selected)?.short ?? null);
  const carded = walked ?? hovered;
  return (
    <section className="map" ref={box} data-area="map" data-picking={isPick || undefined} aria-label={L('地图', 'Map')}>
      <div className="map-picture" aria-hidden="true">
        <div className="map-ground" ref={stage.ground} />
        <canvas ref={stage.below} />
        <canvas ref={stage.many} />
        <canvas ref={stage.above} />
      </div>
      <div
        className="map-touch"
        ref={touch}
        data-pane="map"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is one stop of the Tab key; its keys move it and walk its marks.
        tabIndex={0}
        role="application"
        aria-label={isPick ? L('地图:选一个位置', 'Map: choose a place') : L('地图', 'Map')}
        aria-roledescription={L('地图', 'map')}
        aria-describedby={told}
      />
      {isPick && <i className="map-cross" aria-hidden="true" />}
      {carded && !isPick && <LiveCard target={carded} stage={stage} />}
      <EdgeCounts counts={facts.outside} onEdge={goToEdge} />
      <MapControls
        views={settings.views}
        onView={(view) => camera?.goTo(view, view.span_km * 1000)}
        onZoom={(steps) => camera?.zoom(steps)}
        away={away}
        onGo={() => {
          goToSelection();
          // The button goes when the incident is in view: the map takes the focus.
          touch.current?.focus({ preventScroll: true });
        }}
      />
      {isPick && (
        <p className="map-note" data-kind="ask">
          {L(
            '在地图上点一下位置;方向键移动,Enter 取准星处,Esc 取消。',
            'Press a place on the map; arrows move it, Enter takes the cross, Esc backs out.',
          )}
        </p>
      )}
      {!isPick && facts.trouble && <p className="map-note">{L.of(facts.trouble)}</p>}
      <MapFoot stage={stage} />
      <p id={told} className="map-said">
        {facts.summary}{' '}
        {L(
          '方向键移动,加减号缩放,方括号逐个看警情,Enter 选中,G 到选中的警情。',
          'Arrows move, plus and minus zoom, brackets walk the incidents, Enter selects, G goes to the selection.',
        )}
      </p>
      <p className="map-said" role="status">
        {said}
      </p>
    </section>
  );
}

/** Somebody pressed the map: the answer to a question, or a choice. */
function press(stage: Stage, target: Target | null, x: number, y: number): void {
  if (!stage.camera) return;
  if (isPicking()) answerPick(pointAt(frameOf(stage.camera.view()), x, y));
  else if (target?.kind === 'incident') select(target.id);
  else if (target?.kind === 'unit') select(documents('unit_status').get(target.id)?.incident || ui().selected, target.id);
  else if (target?.kind === 'alarm') {
    const incident = documents('alarm_board').get(target.id)?.incident;
    if (incident) select(incident);
    else focusPane('alarms');
  }
}

function answerMiddle({ camera }: Stage): boolean {
  if (!camera) return false;
  const { lon, lat } = camera.view();
  answerPick({ lon, lat });
  return true;
}

/** The card of what the pointer or the walk is on, told anew each second: its times run. */
function LiveCard({ target, stage }: { target: Target; stage: Stage }) {
  const [, tick] = useState(0);
  useEffect(() => onSecond(tick), []);
  const view = stage.camera?.view();
  if (!view) return null;
  const at = target.kind === 'incident' ? (stage.scene?.drawn().incidents.find((drawn) => drawn.id === target.id) ?? target) : target;
  return <MapCard target={at} units={stage.units} width={view.width} height={view.height} />;
}

/** Whose data this is, and how long a kilometre is. */
function MapFoot({ stage }: { stage: Stage }) {
  const { settings, facts, camera } = stage;
  const credits = settings.attribution.map(({ text }) => text).join(' · ');
  const terms = settings.attribution.map((credit) => `${credit.text} (${credit.terms})`).join(' · ');
  const bar = camera && facts.zoom !== null ? scaleBar(camera.view()) : null;
  return (
    <div className="map-foot">
      <span className="map-credit" title={terms}>
        {credits}
      </span>
      {bar && (
        <span className="map-scale" aria-hidden="true">
          <i style={{ width: Math.round(bar.px) }} />
          {bar.text}
        </span>
      )}
    </div>
  );
}
