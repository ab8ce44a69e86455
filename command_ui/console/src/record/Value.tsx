/** A value of the record that can be asked why it is so: a click, or `W` with the focus on it. */

import { createContext, type ReactNode, useContext } from 'react';
import { Button } from 'react-aria-components';
import type { IncidentRecord } from '../documents';
import { useL } from '../i18n';
import { timesGiven, type WhyOf, whyKey } from './why';

export interface Asking {
  record: IncidentRecord;
  asked: WhyOf | null;
  /** All values together are one tab stop; this one has it. */
  current: string;
  ask: (of: WhyOf) => void;
  setCurrent: (key: string) => void;
}

export const AskingContext = createContext<Asking | null>(null);

export function useAsking(): Asking {
  const asking = useContext(AskingContext);
  if (!asking) throw new Error('A value of the record stands outside of the record.');
  return asking;
}

export function Value({ of, label, children }: { of: WhyOf; label: string; children: ReactNode }) {
  const L = useL();
  const { record, asked, current, ask, setCurrent } = useAsking();
  const key = whyKey(of);
  const given = timesGiven(record, of);
  return (
    <Button
      className="rv"
      data-why={key}
      aria-label={L(`${label},为什么`, `${label}, why`)}
      aria-expanded={asked !== null && whyKey(asked) === key}
      excludeFromTabOrder={current !== key}
      onFocus={() => setCurrent(key)}
      onPress={() => ask(of)}
    >
      {children}
      {given > 1 && (
        <small className="rv-n num" title={L(`给出过 ${given} 次`, `given ${given} times`)}>
          {given}
        </small>
      )}
    </Button>
  );
}
