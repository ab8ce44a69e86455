/**
 * MapLibre draws the ground and nothing else: it follows our camera, takes no input, and is fetched after the queue stands.
 * Where a browser has no WebGL 2 the marks are drawn on plain ground, and the map says so.
 */
import type { Map as MapLibreMap } from 'maplibre-gl';
import type { Camera } from './camera';
import type { OpenMap } from './open';
import type { Paint } from './paint';
import { styleOf } from './style';

export type Ground = {
  readonly repaint: (paint: Paint) => void;
  readonly end: () => void;
};

export const hasWebGl = (): boolean => {
  const probe = document.createElement('canvas').getContext('webgl2');
  probe?.getExtension('WEBGL_lose_context')?.loseContext();
  return probe !== null;
};

/** `onTrouble` is called when the ground can no longer be drawn (the graphics driver went away). */
export async function newGround(
  container: HTMLElement,
  camera: Camera,
  map: OpenMap,
  paint: Paint,
  onTrouble: () => void,
  enlarged = 1,
): Promise<Ground> {
  const [{ Map: MapLibre, setWorkerUrl }, { default: workerUrl }] = await Promise.all([
    import('maplibre-gl'),
    import('maplibre-gl/dist/maplibre-gl-worker.mjs?url'),
  ]);
  setWorkerUrl(workerUrl);
  const at = camera.view();
  const ground: MapLibreMap = new MapLibre({
    container,
    style: styleOf(map, paint),
    center: [at.lon, at.lat],
    zoom: at.zoom,
    interactive: false,
    attributionControl: false,
    renderWorldCopies: false,
    trackResize: false,
    fadeDuration: 0,
    pixelRatio: (devicePixelRatio || 1) * enlarged,
  });
  // The canvas is a picture: what it shows is told by the panel's summary.
  ground.getCanvas().setAttribute('aria-hidden', 'true');
  ground.getCanvas().removeAttribute('tabindex');
  ground.on('webglcontextlost', onTrouble);
  ground.once('idle', () => {
    container.dataset.ground = 'drawn';
  });
  let { width, height } = at;
  const follow = () => {
    const view = camera.view();
    if (view.width !== width || view.height !== height) {
      ({ width, height } = view);
      ground.resize();
    }
    ground.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
  };
  const stop = camera.onMove(follow);
  follow();
  return {
    repaint: (next) => ground.setStyle(styleOf(map, next), { diff: true }),
    end: () => {
      stop();
      ground.remove();
    },
  };
}
