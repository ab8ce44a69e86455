/** Pointer and wheel on the map: one finger or button drags, two fingers pinch, the wheel zooms, a short press is a press. */
import type { Camera } from './camera';

// A hand that presses is never quite still.
const PRESS_PX = 4;
// One notch of a common wheel (100) is a little under half a step of zoom.
const ZOOM_PER_WHEEL = 0.004;
const ZOOM_A_WHEEL_MAX = 0.6;
const LINE_PX = 16;

export type Gestures = {
  readonly onPress: (x: number, y: number) => void;
  /** Null: the pointer left, or drags. */
  readonly onHover: (at: { x: number; y: number } | null) => void;
};

export function listenToGestures(element: HTMLElement, camera: Camera, on: Gestures): () => void {
  const down = new Map<number, { x: number; y: number }>();
  let travelled = 0;

  const at = (event: { clientX: number; clientY: number }) => {
    const box = element.getBoundingClientRect();
    // A text-size setting may zoom the page: the camera counts the panel's own pixels.
    const scale = box.width > 0 ? element.clientWidth / box.width : 1;
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
  };
  const spread = () => {
    const [a, b] = [...down.values()];
    return a && b ? { distance: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } : null;
  };
  const pressed = (event: PointerEvent) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    if (down.size === 0) travelled = 0;
    down.set(event.pointerId, at(event));
    camera.holdHand(true);
  };
  const moved = (event: PointerEvent) => {
    const to = at(event);
    const from = down.get(event.pointerId);
    if (!from) return on.onHover(to);
    const before = spread();
    down.set(event.pointerId, to);
    travelled += Math.hypot(to.x - from.x, to.y - from.y);
    if (travelled <= PRESS_PX) {
      // Not a drag yet: the way so far is kept, so that the drag starts where the button went down.
      if (down.size === 1) down.set(event.pointerId, from);
      travelled = Math.hypot(to.x - from.x, to.y - from.y);
      if (travelled <= PRESS_PX) return;
    }
    on.onHover(null);
    const after = spread();
    if (before && after) {
      camera.drag(after.x - before.x, after.y - before.y);
      if (before.distance > 0 && after.distance > 0) camera.zoom(Math.log2(after.distance / before.distance), after.x, after.y);
    } else camera.drag(to.x - from.x, to.y - from.y);
    down.set(event.pointerId, to);
  };
  const released = (event: PointerEvent) => {
    if (!down.delete(event.pointerId)) return;
    if (down.size > 0) return;
    camera.holdHand(false);
    if (event.type === 'pointerup' && travelled <= PRESS_PX) {
      const { x, y } = at(event);
      on.onPress(x, y);
    }
  };
  const left = () => on.onHover(null);
  const wheeled = (event: WheelEvent) => {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * LINE_PX : event.deltaY;
    const by = Math.max(-ZOOM_A_WHEEL_MAX, Math.min(ZOOM_A_WHEEL_MAX, -pixels * ZOOM_PER_WHEEL));
    const { x, y } = at(event);
    camera.zoom(by, x, y);
  };

  element.addEventListener('pointerdown', pressed);
  element.addEventListener('pointermove', moved);
  element.addEventListener('pointerup', released);
  element.addEventListener('pointercancel', released);
  element.addEventListener('pointerleave', left);
  element.addEventListener('wheel', wheeled, { passive: false });
  return () => {
    element.removeEventListener('pointerdown', pressed);
    element.removeEventListener('pointermove', moved);
    element.removeEventListener('pointerup', released);
    element.removeEventListener('pointercancel', released);
    element.removeEventListener('pointerleave', left);
    element.removeEventListener('wheel', wheeled);
  };
}
