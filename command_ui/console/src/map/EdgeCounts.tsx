import { Button } from 'react-aria-components';
import { useL } from '../i18n';
import { EDGES, type Edge } from './edges';

const NAMES: Record<Edge, { sign: string; zh: string; en: string; side_en: string }> = {
  north: { sign: '▲', zh: '北', en: 'N', side_en: 'north' },
  south: { sign: '▼', zh: '南', en: 'S', side_en: 'south' },
  east: { sign: '▶', zh: '东', en: 'E', side_en: 'east' },
  west: { sign: '◀', zh: '西', en: 'W', side_en: 'west' },
};

/** How many incidents lie beyond each edge. A press brings the most urgent of them into the middle. */
export function EdgeCounts({ counts, onEdge }: { counts: Readonly<Record<Edge, number>>; onEdge: (edge: Edge) => void }) {
  const L = useL();
  return EDGES.filter((edge) => counts[edge] > 0).map((edge) => {
    const { sign, zh, en, side_en } = NAMES[edge];
    return (
      <Button
        key={edge}
        className="map-edge"
        data-edge={edge}
        aria-label={L(
          `视图以${zh}有警情 ${counts[edge]} 起,去最紧急的一起`,
          `${counts[edge]} incidents to the ${side_en}: go to the most urgent`,
        )}
        onPress={() => onEdge(edge)}
      >
        <span aria-hidden="true">
          {sign} {L(zh, en)} {counts[edge]}
        </span>
      </Button>
    );
  });
}
