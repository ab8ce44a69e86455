/** An incident's number as the way to its record: here, or with Ctrl in a window of its own. */
import type { MouseEvent, ReactNode } from 'react';
import { useL } from '../i18n';
import { go, pathOf } from '../screens/route';

export function RecordLink({ number, children }: { number: string; children: ReactNode }) {
  const L = useL();
  const open = (event: MouseEvent) => {
    // What the browser does with a link it still does: a new tab, a new window, the address copied.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go('incident', number);
  };
  return (
    <a className="num rec-l" href={pathOf('incident', number)} title={L(`${number} 的档案(V)`, `Record of ${number} (V)`)} onClick={open}>
      {children}
    </a>
  );
}
