/** The installation's colours, as properties of the page: a mark without one stays grey. Shape and letter say the same as ever. */

import { useEffect } from 'react';
import { useDocument } from '../live/store';
import { useSettings } from '../settings';

/** The property of an agency's or a status's colour. Codes may hold anything; a property's name may not. */
export const paintOf = (of: 'agency' | 'status', code: string): string => `--paint-${of}-${code.replace(/[^\w-]/g, '_')}`;

export function usePaint(): void {
  const entry = useDocument('catalogue', 'colours:*');
  const { theme } = useSettings();
  useEffect(() => {
    if (entry?.kind !== 'colours') return;
    const root = document.documentElement.style;
    for (const colour of entry.colours) root.setProperty(paintOf(colour.of, colour.code), colour[theme]);
    return () => {
      for (const { of, code } of entry.colours) root.removeProperty(paintOf(of, code));
    };
  }, [entry, theme]);
}
