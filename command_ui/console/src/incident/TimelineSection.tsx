/** What happened, when, and when it was learnt. The system is quiet, people are prominent; a struck note keeps its words. */
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { command } from '../api';
import { nameOf, useColleagues } from '../colleagues';
import type { IncidentTimeline } from '../documents';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
import { now } from '../live/clock';
import { Key } from '../parts/Marks';
import { say } from '../ui';
import { ReasonLine } from './ReasonLine';
import { useRoving } from './roving';
import { type TimelineRow, timelineRows } from './timeline';

const NAMING_TOPICS = ['incident.handed', 'incident.taken_on'];

export function TimelineSection({ number, timeline }: { number: string; timeline: IncidentTimeline | undefined }) {
  const L = useL();
  // Asked for only where somebody is named: who wrote a note, who took the incident on.
  const colleagues = useColleagues(
    timeline?.entries.some(({ topic, kind }) => kind === 'person' || NAMING_TOPICS.includes(topic)) ?? false,
  );
  const rows = timelineRows(timeline?.entries ?? [], L.lang, now(), (account) => nameOf(account, colleagues, L));
  const notes = rows.filter((row) => row.note !== null && !row.isStruck);
  const roving = useRoving(notes.length);
  const [striking, setStriking] = useState<number | null>(null);
  const box = useRef<HTMLDivElement | null>(null);
  const isAtEnd = useRef(true);
  const count = rows.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another incident, or another entry, is what scrolls
  useEffect(() => {
    // Nothing moves under somebody who reads further up.
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [count, number]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another incident is read from its end
  useEffect(() => {
    isAtEnd.current = true;
  }, [number]);
  const current = notes[roving.index];
  useEffect(() =>
    registerKeys([
      {
        key: 'X',
        zh: '时间线:划去所选记录',
        en: 'Timeline: strike the note',
        where: 'incident',
        run: () => (document.activeElement?.closest('[data-part=timeline] [data-roving]') && current ? setStriking(current.note) : false),
      },
    ]),
  );
  const leave = () => {
    setStriking(null);
    // The struck note is no longer a stop; without another one the timeline itself is.
    requestAnimationFrame(() => (box.current?.querySelector<HTMLElement>("[data-roving][tabindex='0']") ?? box.current)?.focus());
  };
  return (
    <section className="tls" data-part="timeline" aria-label={L('时间线', 'Timeline')}>
      <header className="s-head">
        <h3>{L('时间线', 'Timeline')}</h3>
        <span className="dim num">{timeline ? rows.length : ''}</span>
        <span className="sp" />
        {notes.length > 0 && (
          <span className="hint">
            <Key k="X" /> {L('划去记录', 'strike a note')}
          </span>
        )}
      </header>
      <div
        className="tl"
        role="log"
        aria-label={L('时间线', 'Timeline')}
        ref={(element) => {
          box.current = element;
          roving.ref.current = element;
        }}
        tabIndex={notes.length > 0 ? -1 : 0}
        onKeyDown={roving.onKeyDown}
        onScroll={({ currentTarget: at }) => {
          isAtEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < 24;
        }}
      >
        {!timeline && <p className="none">{L('正在读取…', 'Reading…')}</p>}
        {rows.map((row) => {
          const index = notes.indexOf(row);
          return (
            <div key={row.key} className="tl-i" data-k={row.isPerson ? 'person' : 'system'} data-struck={row.isStruck || undefined}>
              <Row row={row} rove={index >= 0 ? roving.row(index) : null} onStrike={() => setStriking(row.note)} />
              {row.note !== null && striking === row.note && (
                <ReasonLine
                  label={L('划去这条记录,理由', 'Strike this note, why')}
                  draft={`strike.${number}.${row.note}`}
                  onLeave={leave}
                  onSave={async (reason) => {
                    await command('strike_note', { incident: number, note: row.note, reason });
                    say('已划去一条记录,原文保留', 'A note was struck; its words are kept');
                  }}
                />
              )}
            </div>
          );
        })}
      </div>
    </section>
  );
}

function Row({
  row,
  rove,
  onStrike,
}: {
  row: TimelineRow;
  rove: ReturnType<ReturnType<typeof useRoving>['row']> | null;
  onStrike: () => void;
}) {
  const L = useL();
  return (
    <div className="tl-r" {...rove}>
      <time className="num">{row.time}</time>
      {row.isPerson && <b className="tl-w">{row.who}</b>}
      <span className="tl-t">
        {row.isStruck ? <s>{row.text}</s> : row.text}
        {row.recordedTime && (
          <em className="num">
            {L('补录于', 'entered at')} {row.recordedTime}
          </em>
        )}
        {row.isStruck && (
          <em>
            {L('已划去', 'struck')}
            {row.struckReason && `:${row.struckReason}`}
          </em>
        )}
      </span>
      {rove && (
        <Button className="btn ghost tl-x" excludeFromTabOrder aria-label={L('划去', 'Strike')} onPress={onStrike}>
          ✕
        </Button>
      )}
    </div>
  );
}
