/** What was added by mistake, or is no more, is retired with a reason; it can come back. Nothing is deleted. */

import { useState } from 'react';
import { Button } from 'react-aria-components';
import { command } from '../api';
import { useL } from '../i18n';
import { ReasonLine } from '../incident/ReasonLine';
import { RefusalLine, type Said, saidOf } from '../incident/RefusalLine';
import { say } from '../ui';
import type { Entry, Section } from './entries';

export function RetireLine({ section, entry }: { section: Section; entry: Entry }) {
  const L = useL();
  const [isAsking, setAsking] = useState(false);
  const [said, setSaid] = useState<Said | null>(null);
  const about = { kind: section.kind, code: entry.id };
  const reinstate = async () => {
    try {
      await command('reinstate_entry', about);
      setSaid(null);
      say(`${entry.title.zh} 已恢复`, `${entry.title.en} is back`);
    } catch (problem) {
      setSaid(saidOf(problem));
    }
  };
  if (entry.isOff) {
    return (
      <>
        <Button className="btn" onPress={() => void reinstate()}>
          {L('恢复', 'Reinstate')}
        </Button>
        {said && <RefusalLine said={said} />}
      </>
    );
  }
  if (!isAsking) {
    return (
      <Button className="btn" onPress={() => setAsking(true)}>
        {L(`停用${section.one.zh}…`, `Retire the ${section.one.en}…`)}
      </Button>
    );
  }
  return (
    <ReasonLine
      label={L(`停用 ${entry.title.zh},理由`, `Retire ${entry.title.en}, why`)}
      draft={`admin.retire.${section.kind}.${entry.id}`}
      onLeave={() => setAsking(false)}
      onSave={async (reason) => {
        await command('retire_entry', { ...about, reason });
        say(`${entry.title.zh} 已停用`, `${entry.title.en} is retired`);
      }}
    />
  );
}
