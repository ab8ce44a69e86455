/** The bar of the time machine: play, step, speed, clock, the span with its incidents, and the ways back. */

import { useEffect, useState } from 'react';
import { Button, ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { useL } from '../i18n';
import { hms, present } from '../live/clock';
import { Key } from '../parts/Marks';
import { Density } from './Density';
import { back, forward, leave, setClock, setSpeed } from './machine';
import { changeMoment, type Moment, SPEEDS, type Speed, type TimeClock, useMoment } from './moment';
import { around, following, lengthOf, SPANS, type SpanName } from './range';
import { TimeField } from './TimeField';
import { togglePlay, useTimeKeys } from './timeKeys';

export function Bar() {
  const L = useL();
  const now = useMoment();
  const [span, setSpan] = useState<SpanName>('hour');
  const at_ms = now?.at_ms ?? 0;
  const [range, setRange] = useState(() => around(at_ms, lengthOf('hour'), present()));
  useTimeKeys();
  useEffect(() => setRange((old) => following(old, at_ms, present())), [at_ms]);
  if (!now) return null;
  const zoom = (name: SpanName) => {
    setSpan(name);
    setRange(around(at_ms, lengthOf(name), present()));
  };
  const { event, problem } = now;
  return (
    <section className="tm panel" data-area="time" aria-label={L('时间机', 'Time machine')}>
      <header className="tm-acts">
        <Button className="btn" onPress={back}>
          <Sign d="M2 1H4V11H2ZM11 1V11L4 6Z" /> {L('退一步', 'Back')} <Key k="," />
        </Button>
        <Button className="btn tm-play" onPress={togglePlay}>
          <Sign d={now.isPlaying ? 'M2 1H5V11H2ZM7 1H10V11H7Z' : 'M2 1V11L11 6Z'} />{' '}
          {now.isPlaying ? L('暂停', 'Pause') : L('播放', 'Play')} <Key k="P" />
        </Button>
        <Button className="btn" onPress={forward}>
          <Sign d="M8 1H10V11H8ZM1 1V11L8 6Z" /> {L('进一步', 'Step')} <Key k="." />
        </Button>
        <Choice
          label={L('速度', 'Speed')}
          chosen={String(now.speed)}
          items={SPEEDS.map((speed) => [String(speed), `×${speed}`] as const)}
          onChoose={(speed) => setSpeed(Number(speed) as Speed)}
        />
        <Choice
          label={L('时钟', 'Clock')}
          chosen={now.clock}
          items={[
            ['recorded', L('当时所知', 'Known then')],
            ['occurred', L('当时实情', 'True then')],
          ]}
          onChoose={(clock) => setClock(clock as TimeClock)}
        />
        <Key k="⇧K" />
        <span className="sp" />
        <TimeField />
        <ToggleButton className="btn" isSelected={now.isComparing} onChange={(isComparing) => changeMoment({ isComparing })}>
          {L('与现在对照', 'Compare')} <Key k="⇧C" />
        </ToggleButton>
        <Button className="btn" onPress={leave}>
          {L('回到现在', 'Now')} <Key k="Esc" />
        </Button>
      </header>
      <p className="tm-event" role="status" aria-live="polite" data-problem={problem !== null || undefined}>
        <Event event={event} problem={problem} />
        <span className="sp" />
        <Choice
          label={L('范围', 'Span')}
          chosen={span}
          items={SPANS.map((one) => [one.name, L.of(one)] as const)}
          onChoose={(name) => zoom(name as SpanName)}
        />
      </p>
      <Density range={range} at_ms={at_ms} />
    </section>
  );
}

function Event({ event, problem }: Pick<Moment, 'event' | 'problem'>) {
  const L = useL();
  if (problem) return L(problem.zh, problem.en);
  if (!event) {
    return (
      <span className="hint">
        {L('拖动游标,或用 ← → 移动一分钟(⇧ 一小时,Ctrl 一秒)', 'Drag the cursor, or ← → by a minute (⇧ an hour, Ctrl a second)')}
      </span>
    );
  }
  return (
    <>
      <time className="num dim">{hms(event.at_ms)}</time> {L(event.zh, event.en)}
      <small className="dim">
        {event.more > 0 ? L(`等 ${event.more + 1} 项`, `and ${event.more} more`) : ''} {event.by}
      </small>
    </>
  );
}

const Sign = ({ d }: { d: string }) => (
  <svg className="tm-sign" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
    <path d={d} />
  </svg>
);

function Choice({
  label,
  chosen,
  items,
  onChoose,
}: {
  label: string;
  chosen: string;
  items: readonly (readonly [id: string, text: string])[];
  onChoose: (id: string) => void;
}) {
  return (
    <ToggleButtonGroup
      className="seg"
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={(keys) => {
        const [key] = keys;
        if (key !== undefined) onChoose(String(key));
      }}
    >
      {items.map(([id, text]) => (
        <ToggleButton key={id} id={id} className="btn num">
          {text}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
