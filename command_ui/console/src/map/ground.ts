/**
 * MapLibre draws the ground and nothing else: it follows our camera, takes no input, and is fetched after the queue stands. It draws in the
 * wings: its picture is taken over when it is finished, and slid with the camera until the next one. A page that shows the WebGL canvas itself
 * waits for every picture of it, and without a GPU that is a tenth of a second in which no key is answered.
 * Where a browser has no WebGL 2 the marks are drawn on plain ground, and the map says so.
 */
import type { Map as MapLibreMap } from 'maplibre-gl';
import type { Camera } from './camera';
import type { OpenMap } from './open';
import type { Paint } from './paint';
import { frameOf, screenX, screenY, type View } from './projection';
import { styleOf } from './style';

// So far beyond the panel the ground is drawn, so that a hand that drags meets no empty edge before the next picture.
const MARGIN_PX = 96;
// The ground may take a third of the time: without a GPU it is drawn by the same cores as all the rest.
const REST_SHARE = 2;

export type Ground = {
  readonly repaint: (paint: Paint) => void;
  readonly end: () => void;
};

/** For who wants to know why no ground could be drawn. */
export const hasWebGl = (): boolean => {
  const probe = document.createElement('canvas').getContext('webgl2');
  probe?.getExtension('WEBGL_lose_context')?.loseContext();
  return probe !== null;
};

/** The library, its worker's address with it. Asked for early, it comes while the map's data do. */
export const library = () => Promise.all([import('maplibre-gl'), import('maplibre-gl/dist/maplibre-gl-worker.mjs?url')]);

/**
 * Rejects where there is no WebGL 2. `onTrouble` is called when the ground can no longer be drawn (the graphics driver went away). The paint is
 * read when the first picture is drawn: the colours may change while the library comes.
 */
export async function newGround(
  container: HTMLElement,
  camera: Camera,
  map: OpenMap,
  paint: () => Paint,
  onTrouble: () => void,
  enlarged = 1,
): Promise<Ground> {
  const [{ Map: MapLibre, setWorkerUrl }, { default: workerUrl }] = await library();
  setWorkerUrl(workerUrl);
  const at = camera.view();
  const wings = document.createElement('div');
  const shown = document.createElement('canvas');
  const held = document.createElement('canvas');
  const pixelRatio = (devicePixelRatio || 1) * enlarged;
  wings.className = 'map-wings';
  shown.className = 'map-shown';
  wings.style.inset = `${-MARGIN_PX}px`;
  container.append(wings, shown);
  const leave = () => {
    wings.remove();
    shown.remove();
  };
  const draw = (): MapLibreMap => {
    try {
      return new MapLibre({
        container: wings,
        style: styleOf(map, paint()),
        center: [at.lon, at.lat],
        zoom: at.zoom,
        interactive: false,
        attributionControl: false,
        renderWorldCopies: false,
        trackResize: false,
        fadeDuration: 0,
        pixelRatio,
        // What is drawn in one frame is taken over in a later one.
        canvasContextAttributes: { preserveDrawingBuffer: true },
      });
    } catch (problem) {
      leave();
      throw problem;
    }
  };
  const ground = draw();
  const drawing = ground.getCanvas();
  // The canvas is a picture: what it shows is told by the panel's summary.
  drawing.setAttribute('aria-hidden', 'true');
  drawing.removeAttribute('tabindex');
  ground.on('webglcontextlost', onTrouble);
  const gl = drawing.getContext('webgl2');
  let asked: View = at;
  let asked_ms = performance.now();
  let taken: View | null = null;
  let finished: WebGLSync | null = null;
  let frame = 0;
  let rest: ReturnType<typeof setTimeout> | undefined;
  let isIdle = false;

  // Put down anew for every frame: a layer that is moved instead has Chromium lay all layers of the page out again.
  const place = () => {
    if (!taken) return;
    const view = camera.view();
    const [width, height] = [Math.round(view.width * pixelRatio), Math.round(view.height * pixelRatio)];
    if (shown.width !== width || shown.height !== height) [shown.width, shown.height] = [width, height];
    const { x, y, scale } = placed(taken, view, pixelRatio);
    const g = shown.getContext('2d');
    if (x > 0 || y > 0 || x + held.width * scale < width || y + held.height * scale < height) g?.clearRect(0, 0, width, height);
    g?.drawImage(held, x, y, held.width * scale, held.height * scale);
  };
  const ask = () => {
    rest = undefined;
    const view = camera.view();
    if (finished || view === asked) return;
    asked_ms = performance.now();
    if (view.width !== asked.width || view.height !== asked.height) ground.resize();
    asked = view;
    ground.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
  };
  const take = () => {
    frame = 0;
    if (!gl || !finished) return;
    if (!gl.isContextLost() && gl.getSyncParameter(finished, gl.SYNC_STATUS) !== gl.SIGNALED) {
      frame = requestAnimationFrame(take);
      return;
    }
    gl.deleteSync(finished);
    finished = null;
    if (held.width !== drawing.width || held.height !== drawing.height) [held.width, held.height] = [drawing.width, drawing.height];
    held.getContext('2d', { alpha: false })?.drawImage(drawing, 0, 0);
    taken = asked;
    place();
    if (isIdle) container.dataset.ground = 'drawn';
    rest ??= setTimeout(ask, REST_SHARE * (performance.now() - asked_ms));
  };
  ground.on('render', () => {
    if (!gl) return;
    if (finished) gl.deleteSync(finished);
    finished = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    frame ||= requestAnimationFrame(take);
  });
  ground.once('idle', () => {
    isIdle = true;
    if (!finished) container.dataset.ground = 'drawn';
  });
  const follow = () => {
    place();
    if (rest === undefined) ask();
  };
  const stop = camera.onMove(follow);
  follow();
  return {
    repaint: (next) => ground.setStyle(styleOf(map, next), { diff: true }),
    end: () => {
      stop();
      cancelAnimationFrame(frame);
      clearTimeout(rest);
      ground.remove();
      leave();
    },
  };
}

/** Where the picture of one view, with its margin, lies in another view, in pixels of the screen. */
export function placed(taken: View, view: View, ratio: number): { x: number; y: number; scale: number } {
  const frame = frameOf(view);
  const scale = 2 ** (view.zoom - taken.zoom);
  const x = (screenX(frame, taken.lon) - (taken.width / 2 + MARGIN_PX) * scale) * ratio;
  const y = (screenY(frame, taken.lat) - (taken.height / 2 + MARGIN_PX) * scale) * ratio;
  // By whole pixels where it only slides: a picture between pixels is blurred.
  return scale === 1 ? { x: Math.round(x), y: Math.round(y), scale } : { x, y, scale };
}
