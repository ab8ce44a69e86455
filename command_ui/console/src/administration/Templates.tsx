/** Targets or status codes of a standard, to begin from: they fill the form, and are saved like anything typed. */

import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { get } from '../api';
import { useL } from '../i18n';
import type { Name } from '../names';
import { flatLine, type Line } from './fields';

interface Template {
  code: string;
  name: Name;
  targets?: Record<string, unknown>[];
  codes?: Record<string, unknown>[];
}

export function Templates({ of, onTake }: { of: 'timers' | 'status_codes'; onTake: (field: string, lines: readonly Line[]) => void }) {
  const L = useL();
  const [found, setFound] = useState<readonly Template[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    get<Record<string, Template[]>>('/api/catalogue/templates', stop.signal)
      .then((all) => setFound(all[of] ?? []))
      // Without them the form is filled by hand.
      .catch(() => undefined);
    return () => stop.abort();
  }, [of]);
  if (found.length === 0) return null;
  return (
    <p className="adm-templates">
      <span className="dim">{L('从标准填入', 'Fill in from')}</span>
      {found.map((template) => (
        <Button
          key={template.code}
          className="btn"
          onPress={() => onTake(of === 'timers' ? 'targets' : 'codes', (template.targets ?? template.codes ?? []).map(flatLine))}
        >
          {L.of(template.name)}
        </Button>
      ))}
    </p>
  );
}
