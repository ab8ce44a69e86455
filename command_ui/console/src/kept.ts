/**
 * What the browser keeps: `ours` for all windows and days, `here` for this window until it is closed. A browser may forbid that (private
 * windows, policies) or have no room: then values last as long as the page, and `isForgetful` says so.
 */

type Area = 'localStorage' | 'sessionStorage';

let isForgetfulNow = false;
const listeners = new Set<() => void>();

function forgets(): void {
  if (isForgetfulNow) return;
  isForgetfulNow = true;
  for (const listener of [...listeners]) listener();
}

/** True once something could not be kept. */
export const isForgetful = (): boolean => isForgetfulNow;

export function onForgetful(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function storeOf(area: Area) {
  return {
    read(key: string): string | null {
      try {
        return globalThis[area]?.getItem(key) ?? null;
      } catch {
        forgets();
        return null;
      }
    },
    /** `null` forgets the key. */
    write(key: string, text: string | null): void {
      try {
        if (text === null) globalThis[area]?.removeItem(key);
        else globalThis[area]?.setItem(key, text);
      } catch {
        forgets();
      }
    },
  };
}

export const ours = storeOf('localStorage');
export const here = storeOf('sessionStorage');
