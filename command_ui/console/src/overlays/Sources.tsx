/** What feeds the picture: a stopped projection or a silent source makes the picture lie, so it is told by name. */

import { useEffect } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { SourceHealth } from '../documents';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
import { hms } from '../live/clock';
import { documents, useViewVersion } from '../live/store';
import { setUi, useUiPart } from '../ui';

const STATES: Readonly<Record<SourceHealth['state'], { zh: string; en: string; rank: number }>> = {
  stopped: { zh: '停止', en: 'stopped', rank: 0 },
  silent: { zh: '静默', en: 'silent', rank: 1 },
  late: { zh: '迟到', en: 'late', rank: 2 },
  live: { zh: '正常', en: 'live', rank: 3 },
};

// A city has thousands of sensors: the worst are read, the others counted.
const SENSORS_SHOWN_MAX = 50;

/** The sources that are not as they should be, the gravest first. A silent sensor is not among them: it has an alarm of its own. */
export function troubled(sources: Iterable<SourceHealth>): SourceHealth[] {
  return [...sources]
    .filter(({ kind, state }) => kind !== 'sensor' && state !== 'live')
    .sort((a, b) => STATES[a.state].rank - STATES[b.state].rank);
}

export function Sources() {
  const L = useL();
  const isOpen = useUiPart('sourcesOpen');
  useViewVersion('source_health', 'content');
  useEffect(
    () => registerKeys([{ key: 'Shift+D', zh: '数据来源', en: 'Data sources', where: 'screen', run: () => setUi({ sourcesOpen: true }) }]),
    [],
  );
  const everything = [...documents('source_health').values()];
  const sources = everything
    .filter(({ kind }) => kind !== 'sensor')
    .sort((a, b) => STATES[a.state].rank - STATES[b.state].rank || a.source.localeCompare(b.source));
  return (
    <ModalOverlay className="modal" isOpen={isOpen} onOpenChange={(sourcesOpen) => setUi({ sourcesOpen })} isDismissable>
      <Modal className="modal-b modal-wide">
        <Dialog className="dlg">
          <Heading slot="title">{L('数据来源', 'Data sources')}</Heading>
          <table className="src">
            <thead>
              <tr>
                <th>{L('来源', 'Source')}</th>
                <th>{L('状态', 'State')}</th>
                <th className="r">{L('最后一次', 'Last')}</th>
                <th className="r">{L('落后', 'Lag')}</th>
                <th className="r">{L('接受', 'Accepted')}</th>
                <th className="r">{L('拒绝', 'Rejected')}</th>
              </tr>
            </thead>
            <tbody>
              {sources.map((source) => (
                <tr key={source.source} data-state={source.state}>
                  <th scope="row" title={source.source}>
                    {L.of(source, source.source)}
                  </th>
                  <td>{L.of(STATES[source.state])}</td>
                  <td className="r num">{source.last_at ? hms(source.last_at) : '–'}</td>
                  <td className="r num">{source.lag_s === null ? '–' : `${source.lag_s.toFixed(1)} s`}</td>
                  <td className="r num">{source.accepted}</td>
                  <td className="r num">{source.rejected}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <Sensors sensors={everything.filter(({ kind }) => kind === 'sensor')} />
          {sources.length === 0 ? <p className="empty">{L('还没有来源报到', 'No source has reported yet')}</p> : null}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

const lost = ({ late, bad, withheld }: SourceHealth): number => (late ?? 0) + (bad ?? 0) + (withheld ?? 0);

/** Sensors that are not live or of which something was not judged or not told, the worst first. */
export function notable(sensors: readonly SourceHealth[]): SourceHealth[] {
  return sensors
    .filter((sensor) => sensor.state !== 'live' || lost(sensor) > 0)
    .sort((a, b) => STATES[a.state].rank - STATES[b.state].rank || lost(b) - lost(a) || a.source.localeCompare(b.source));
}

function Sensors({ sensors }: { sensors: readonly SourceHealth[] }) {
  const L = useL();
  if (sensors.length === 0) return null;
  const found = notable(sensors);
  const shown = found.slice(0, SENSORS_SHOWN_MAX);
  const others = sensors.length - shown.length;
  return (
    <table className="src" data-part="sensors">
      <thead>
        <tr>
          <th>{L('传感器', 'Sensor')}</th>
          <th>{L('状态', 'State')}</th>
          <th className="r">{L('最后一次', 'Last')}</th>
          <th className="r">{L('采用', 'Judged')}</th>
          <th className="r" title={L('不比已有读数新,未采用', 'not newer than what had been read: not judged')}>
            {L('迟到', 'Late')}
          </th>
          <th className="r" title={L('超出量程或不是数值,未采用', 'outside what it can measure, or no number: not judged')}>
            {L('坏值', 'Bad')}
          </th>
          <th className="r" title={L('抖动期间未通报的变化', 'changes that were not told while it chattered')}>
            {L('抑制', 'Withheld')}
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map((sensor) => (
          <tr key={sensor.source} data-state={sensor.state}>
            <th scope="row" title={L.of(sensor, sensor.source)}>
              {sensor.source.replace(/^sensor:/, '')}
            </th>
            <td>{L.of(STATES[sensor.state])}</td>
            <td className="r num">{sensor.last_at ? hms(sensor.last_at) : '–'}</td>
            <td className="r num">{sensor.accepted}</td>
            <td className="r num">{sensor.late ?? 0}</td>
            <td className="r num">{sensor.bad ?? 0}</td>
            <td className="r num">{sensor.withheld ?? 0}</td>
          </tr>
        ))}
      </tbody>
      {others > 0 ? (
        <tfoot>
          <tr>
            <td colSpan={7}>
              {found.length > shown.length
                ? L(`另有 ${others} 个传感器`, `${others} more sensors`)
                : L(`其余 ${others} 个传感器正常`, `the other ${others} sensors are live`)}
            </td>
          </tr>
        </tfoot>
      ) : null}
    </table>
  );
}
