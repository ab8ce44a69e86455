/** Whether what hangs here is so now: said in words and figures, and by the whole wall turning grey when it is not. */

import { useEffect, useState } from 'react';
import { useL } from '../i18n';
import { hms, mmss, now, onSecond, present } from '../live/clock';
import { linkNow, useLink } from '../live/link';
import { documents, useViewVersion } from '../live/store';
import { useIsThen } from '../time_machine/moment';

// A view that is a breath behind the log is not behind for a reader five metres away.
const LAG_S_SHOWN = 5;

function useSecond(): void {
  const [, tick] = useState(0);
  useEffect(() => onSecond(tick), []);
}

/** The band over the wall while its data stand still. */
export function StoppedBand() {
  const L = useL();
  const { state } = useLink();
  useSecond();
  if (state === 'up') return null;
  const { dataAt } = linkNow();
  if (dataAt === null)
    return (
      <div className="w-band" role="status">
        {L('正在取数据…', 'Fetching the data…')}
      </div>
    );
  return (
    <div className="w-band" role="alert">
      <b>
        {L('数据停在', 'Data stopped at')} {hms(dataAt)}
      </b>
      <span>{L(`已停 ${mmss((present() - dataAt) / 1000)} · 正在重连`, `${mmss((present() - dataAt) / 1000)} ago · reconnecting`)}</span>
    </div>
  );
}

/** One quiet line while all is well, ochre where a view or a source is behind. */
export function DataState() {
  const L = useL();
  const { state } = useLink();
  const isThen = useIsThen();
  useSecond();
  useViewVersion('source_health', 'content');
  const silent = [...documents('source_health').values()].filter(
    (source) => source.state === 'silent' || source.state === 'stopped',
  ).length;
  const lag_s = Math.max(0, ...Object.values(linkNow().lag));
  if (state !== 'up' || isThen)
    return (
      <p className="w-data" data-k="old">
        {isThen ? L('回看,不是现在', 'The past, not now') : L('非实时', 'Not live')}
      </p>
    );
  if (lag_s > LAG_S_SHOWN)
    return (
      <p className="w-data" data-k="old">
        {L(`数据落后 ${Math.round(lag_s)} 秒`, `Data ${Math.round(lag_s)} s behind`)}
      </p>
    );
  if (silent > 0)
    return (
      <p className="w-data" data-k="part">
        {L(`${silent} 个数据源无数据`, `${silent} ${silent === 1 ? 'source' : 'sources'} silent`)}
      </p>
    );
  return <p className="w-data">{L('数据实时', 'Data live')}</p>;
}

export function WallClock() {
  useSecond();
  return <time className="w-clock num">{hms(now())}</time>;
}
