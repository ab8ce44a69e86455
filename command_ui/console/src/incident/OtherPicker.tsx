/** Choose another thing by words or number: a call to link, an incident to merge. What will happen is spelt out before Enter does it. */
import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { command } from '../api';
import { typeName } from '../catalogue';
import type { IncidentBoard } from '../documents';
import { speak, useL } from '../i18n';
import { Suggest } from '../intake/Suggest';
import { hms } from '../live/clock';
import { documents, useViewVersion } from '../live/store';
import { Key } from '../parts/Marks';
import { say, select } from '../ui';
import { RefusalLine, type Said, saidOf } from './RefusalLine';

// What fits without scrolling; more letters find the rest.
const OTHERS_MAX = 12;

interface OtherPickerProps {
  what: 'link_call' | 'absorb' | 'merge_into';
  incident: IncidentBoard;
  onLeave: () => void;
}

interface Other {
  id: string;
  zh: string;
  en: string;
}

export function OtherPicker({ what, incident, onLeave }: OtherPickerProps) {
  const L = useL();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<Other | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const version = useViewVersion(what === 'link_call' ? 'call_board' : 'incident_board', 'membership');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the documents are read anew when some come or go
  const others = useMemo(() => (what === 'link_call' ? calls() : incidents(incident.number)), [what, incident.number, version]);
  const wanted = text.trim().toLowerCase();
  const found = others.filter((other) => `${other.id} ${other.zh} ${other.en}`.toLowerCase().includes(wanted)).slice(0, OTHERS_MAX);
  const will = chosen ? willDo(what, incident.number, chosen.id) : null;
  const save = async () => {
    if (!chosen) return;
    try {
      if (what === 'link_call') await command('link_call', { call: chosen.id, incident: incident.number });
      else if (what === 'absorb') await command('merge_incidents', { incident: incident.number, merged: chosen.id });
      else {
        await command('merge_incidents', { incident: chosen.id, merged: incident.number });
        select(chosen.id);
      }
      say(`${willDo(what, incident.number, chosen.id).zh}:已办`, `Done: ${willDo(what, incident.number, chosen.id).en}`);
      onLeave();
    } catch (problem) {
      setSaid(saidOf(problem));
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape of every field inside means the same here
    <div
      className="ask edit"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return;
        event.preventDefault();
        event.stopPropagation();
        onLeave();
      }}
    >
      <Suggest
        autoFocus
        label={what === 'link_call' ? L('报警电话', 'Call') : L('另一警情', 'The other incident')}
        value={text}
        onWrite={(next) => {
          setText(next);
          setChosen(null);
          setSaid(null);
        }}
        suggestions={found}
        onChoose={(other) => {
          setChosen(other);
          setText(`${other.id} ${L(other.zh, other.en)}`);
        }}
        onEnter={() => void save()}
        empty={
          what === 'link_call'
            ? L('没有未关联的报警电话。', 'There is no call left to link.')
            : L('没有这样的在办警情。', 'There is no such open incident.')
        }
        render={(other) => (
          <>
            <span className="num">{other.id}</span>
            <span className="dim">{L(other.zh, other.en)}</span>
          </>
        )}
      />
      {will && <span className="ask-now">{L(will.zh, will.en)}</span>}
      <Button className="btn primary" onPress={() => void save()} isDisabled={!chosen}>
        {L('确定', 'Do it')} <Key k="↵" />
      </Button>
      <Button className="btn ghost" onPress={onLeave}>
        {L('返回', 'Back')} <Key k="Esc" />
      </Button>
      {said && <RefusalLine said={said} />}
    </div>
  );
}

function willDo(what: OtherPickerProps['what'], here: string, other: string): Said {
  if (what === 'link_call') return { zh: `${other} 关联到 ${here}`, en: `${other} is linked to ${here}` };
  const [merged, into] = what === 'absorb' ? [other, here] : [here, other];
  return { zh: `${merged} 并入 ${into},其单位一并改派`, en: `${merged} becomes part of ${into}; its units are diverted with it` };
}

function calls(): Other[] {
  return [...documents('call_board').values()]
    .filter((call) => !call.incident)
    .map((call) => {
      const line = `${call.source} ${hms(call.received_at)} ${call.caller_masked} ${call.address} ${call.description}`.trim();
      return { id: call.call, zh: line, en: line };
    });
}

function incidents(without: string): Other[] {
  const [zh, en] = [speak('zh'), speak('en')];
  return [...documents('incident_board').values()]
    .filter((one) => one.number !== without)
    .sort((a, b) => b.number.localeCompare(a.number))
    .map((one) => ({
      id: one.number,
      zh: `${typeName(one.incident_type, zh)} ${one.address}`,
      en: `${typeName(one.incident_type, en)} ${one.address}`,
    }));
}
