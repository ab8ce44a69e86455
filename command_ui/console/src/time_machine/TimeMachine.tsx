/** What the time machine adds to a screen: the band over it and the bar under it. Fetched when it is first entered. */

import { useEffect } from 'react';
import { useL } from '../i18n';
import { useSession } from '../session';
import { Band } from './Band';
import { leave } from './machine';
import './time_machine.css';

export { Bar } from './Bar';
export { Compare } from './Compare';

/** The band, and the announcements of coming and going. Whoever signs out or gives the console to another leaves the time machine. */
export function ThenBand() {
  const L = useL();
  const account = useSession()?.account;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another person's past is not this one's
  useEffect(() => leave, [account]);
  useEffect(() => {
    const before = document.title;
    document.title = `◷ ${L('回看', 'Looking back')} · ${before}`;
    return () => {
      document.title = before;
    };
  }, [L]);
  return <Band />;
}
