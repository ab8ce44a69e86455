/** From the store to the scene: which views the map listens to, what it asks the server for, and what a change redraws. */
import { installation } from '../installation';
import { onSecond } from '../live/clock';
import { documents, onChange, subscribe } from '../live/store';
import { onSettings, settings } from '../settings';
import { onUi, ui } from '../ui';
import type { Camera } from './camera';
import { alarmPoints, areMarkedAlike, incidentPoints } from './picture';
import { type Bounds, frameOf } from './projection';
import type { Scene } from './scene';
import { layersShown, onLayersShown } from './shown';
import type { Units } from './units';
import { UNITS_UNFILTERED_MAX, viewportFor } from './viewport';

// A drag is one question when it ends, not sixty a second.
const ASK_AFTER_MS = 300;

/** Fills the units and the scene's picture, and keeps them filled. `onSelected` hears of a selection once its incident is known. */
export function feed(units: Units, scene: Scene, camera: Camera, onSelected: (number: string) => void): () => void {
  const { picture } = scene;
  let told: string | null = null;

  const place = (keys: Iterable<string>) => {
    const positions = documents('unit_position');
    for (const unit of keys) units.place(unit, positions.get(unit) ?? null);
    scene.soon();
  };
  const stand = (keys: Iterable<string>) => {
    const statuses = documents('unit_status');
    let isOther = false;
    for (const unit of keys) isOther = units.stand(unit, statuses.get(unit) ?? null) || isOther;
    if (isOther) scene.soon();
  };
  const chosen = () => {
    const { selected } = ui();
    if (selected === null) told = null;
    else if (selected !== told && documents('incident_board').has(selected)) {
      told = selected;
      onSelected(selected);
    }
  };
  const incidents = (keys: Iterable<string>) => {
    const before = picture.incidents;
    picture.incidents = incidentPoints(documents('incident_board'));
    chosen();
    // A note on one of two hundred incidents moves nothing on the map. The selected one is drawn with its units and their times.
    if (!areMarkedAlike(before, picture.incidents) || [...keys].some((key) => key === picture.selected)) scene.soon();
  };
  const alarms = () => {
    picture.alarms = alarmPoints(documents('alarm_board'));
    scene.soon();
  };
  const shown = () => {
    picture.lang = settings().lang;
    picture.layers = layersShown();
    picture.staleAfter_ms = installation().position_stale_s * 1000;
    scene.now();
  };
  const select = () => {
    if (picture.selected === ui().selected) return;
    picture.selected = ui().selected;
    chosen();
    scene.few();
  };

  place(documents('unit_position').keys());
  stand(documents('unit_status').keys());
  incidents([]);
  alarms();
  shown();
  select();
  const stops = [
    onChange('unit_position', place),
    onChange('unit_status', stand),
    onChange('incident_board', incidents),
    onChange('alarm_board', alarms),
    onUi(select),
    onSettings(shown),
    onLayersShown(shown),
    // A unit grows stale without any news: that is what stale means.
    onSecond(() => scene.soon()),
    askForPositions(camera),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Keeps the subscription of positions to what the view needs: everything of a small fleet, the view with a margin of a large one. */
function askForPositions(camera: Camera): () => void {
  let held: Bounds | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = () => {
    timer = undefined;
    if (documents('unit_status').size <= UNITS_UNFILTERED_MAX) {
      held = null;
      subscribe('unit_position');
      return;
    }
    held = viewportFor(frameOf(camera.view()), held);
    subscribe('unit_position', { viewport: held });
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, ASK_AFTER_MS);
  };
  ask();
  const stops = [
    camera.onMove(soon),
    onChange('unit_status', () => {
      if (documents('unit_status').size > UNITS_UNFILTERED_MAX !== (held !== null)) soon();
    }),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}
