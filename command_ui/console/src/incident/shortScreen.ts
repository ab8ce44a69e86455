/** Whether the screen is too low for a list of candidates and a table of units at once (a laptop, a window torn off). */
import { useSyncExternalStore } from 'react';

// Under this the incident panel shows some 440 px: the head, the place, the units, four lines of the timeline and the note line fill it.
const query = typeof window !== 'undefined' && typeof window.matchMedia === 'function' ? window.matchMedia('(height < 900px)') : null;

export const useShortScreen = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      query?.addEventListener('change', listener);
      return () => query?.removeEventListener('change', listener);
    },
    () => query?.matches ?? false,
  );
