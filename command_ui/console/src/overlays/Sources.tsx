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

/** The sources that are not as they should be, the gravest first. */
export function troubled(sources: Iterable<SourceHealth>): SourceHealth[] {
  return [...sources].filter(({ state }) => state !== 'live').sort((a, b) => STATES[a.state].rank - STATES[b.state].rank);
}

export function Sources() {
  const L = useL();
  const isOpen = useUiPart('sourcesOpen');
  useViewVersion('source_health', 'content');
  useEffect(
    () => registerKeys([{ key: 'Shift+D', zh: '数据来源', en: 'Data sources', where: 'screen', run: () => setUi({ sourcesOpen: true }) }]),
    [],
  );
  const sources = [...documents('source_health').values()].sort(
    (a, b) => STATES[a.state].rank - STATES[b.state].rank || a.source.localeCompare(b.source),
  );
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
          {sources.length === 0 ? <p className="empty">{L('还没有来源报到', 'No source has reported yet')}</p> : null}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
