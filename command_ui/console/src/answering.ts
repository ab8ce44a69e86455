/**
 * What the operator pressed has its answer on the screen before anything else is brought up to date: from a key to the end of the frame that
 * follows it, the store's flushes, the map's pictures and questions to the server wait. Under 5,000 deltas a second they would otherwise
 * lie between a key and its answer as often as not.
 */

// A page that nobody sees draws no frame.
const FRAME_MS_MAX = 250;

let isWaiting = false;
let limit: ReturnType<typeof setTimeout> | undefined;
const later = new Set<() => void>();

/** Whether a key has no frame yet. */
export const isAnswering = (): boolean => isWaiting;

/** Runs it now, or when the frame of the key that was pressed has been drawn. Returns how to call it off. */
export function afterAnswer(run: () => void): () => void {
  if (isWaiting) later.add(run);
  else run();
  return () => {
    later.delete(run);
  };
}

/** A key was pressed. */
export function answer(): void {
  if (isWaiting) return;
  isWaiting = true;
  limit = setTimeout(answered, FRAME_MS_MAX);
  // What a task after the frame's callbacks finds is drawn.
  requestAnimationFrame(() => setTimeout(answered));
}

function answered(): void {
  if (!isWaiting) return;
  clearTimeout(limit);
  isWaiting = false;
  const runs = [...later];
  later.clear();
  for (const run of runs) run();
}

/** Listens to the keyboard before anything else does. */
export function listenForAnswers(): void {
  window.addEventListener('keydown', answer, true);
}
