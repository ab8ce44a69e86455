/** The button in a panel's head that gives it a window of its own, and what stands in the dispatch screen meanwhile. */

import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useL } from '../i18n';
import { useRoute } from '../screens/route';
import { PANELS, type PanelName } from './panels';
import { takeBackPanel, tearOff, toPanel, useIsTornOff } from './windows';

export function TearOffButton({ panel }: { panel: PanelName }) {
  const L = useL();
  const { screen } = useRoute();
  const name = L.of(PANELS[panel]);
  if (screen !== 'dispatch') return null;
  return (
    <Button
      className="btn bare tear"
      aria-label={L(`${name}移到新窗口`, `${name}: into a window of its own`)}
      onPress={() => tearOff(panel)}
    >
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        <path d="M5 2H2V10H10V7M7 1.5H10.5V5M10.5 1.5 6 6" fill="none" stroke="currentColor" strokeWidth="1.4" />
      </svg>
    </Button>
  );
}

/** The panel, or, while it stands in another window, where it went and how it comes back. */
export function TornOff({ panel, children }: { panel: PanelName; children: ReactNode }) {
  const L = useL();
  const isOut = useIsTornOff(panel);
  if (!isOut) return children;
  const name = L.of(PANELS[panel]);
  return (
    <section className={`panel torn torn-${panel}`} aria-label={L(`${name}在另一窗口`, `${name} in another window`)}>
      <header className="p-head">
        <h2>{name}</h2>
        <span className="dim">{L('在另一窗口', 'in another window')}</span>
        <span className="sp" />
        <Button className="btn ghost" onPress={() => toPanel(panel)}>
          {L('转到', 'Go there')}
        </Button>
        <Button className="btn ghost" onPress={() => takeBackPanel(panel)}>
          {L('收回', 'Take back')}
        </Button>
      </header>
    </section>
  );
}
