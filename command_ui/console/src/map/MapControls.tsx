import { Button, Group, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useL } from '../i18n';
import { Key } from '../parts/Marks';
import type { MapViewSetting } from './open';
import { LAYERS, type Layer, showLayers, useLayersShown } from './shown';

const LAYER_NAMES: Record<Layer, { zh: string; en: string }> = {
  incidents: { zh: '警情', en: 'Incidents' },
  units: { zh: '单位', en: 'Units' },
  alarms: { zh: '告警', en: 'Alarms' },
  lines: { zh: '出动连线', en: 'Response lines' },
  names: { zh: '地名', en: 'Names' },
  stale_only: { zh: '只看位置过期', en: 'Stale positions only' },
};

type Props = {
  views: readonly MapViewSetting[];
  onView: (view: MapViewSetting) => void;
  onZoom: (by: number) => void;
  /** The short number of the selected incident while it is out of view. */
  away: string | null;
  onGo: () => void;
};

export function MapControls({ views, onView, onZoom, away, onGo }: Props) {
  const L = useL();
  return (
    <div className="map-ctl">
      <Group className="seg" aria-label={L('范围', 'Extent')}>
        {views.map((view) => (
          <Button key={view.code} className="btn" onPress={() => onView(view)}>
            {L.of(view)}
          </Button>
        ))}
        <Button className="btn sq" aria-label={L('放大', 'Zoom in')} onPress={() => onZoom(0.5)}>
          +
        </Button>
        <Button className="btn sq" aria-label={L('缩小', 'Zoom out')} onPress={() => onZoom(-0.5)}>
          −
        </Button>
        <LayersMenu />
      </Group>
      {away !== null && (
        <Button className="btn" onPress={onGo}>
          {L(`到 ${away}`, `Go to ${away}`)} <Key k="G" />
        </Button>
      )}
    </div>
  );
}

function LayersMenu() {
  const L = useL();
  const shown = useLayersShown();
  const isNarrowed = shown.has('stale_only');
  const count = [...shown].filter((layer) => layer !== 'stale_only').length;
  return (
    <MenuTrigger>
      <Button className="btn" data-selected={isNarrowed || undefined}>
        {isNarrowed ? L('只看过期', 'Stale only') : `${L('图层', 'Layers')} ${count}`}
      </Button>
      <Popover className="pop" placement="bottom start">
        <Menu
          className="menu"
          aria-label={L('图层', 'Layers')}
          selectionMode="multiple"
          selectedKeys={shown}
          onSelectionChange={(keys) => showLayers(keys === 'all' ? LAYERS : LAYERS.filter((layer) => keys.has(layer)))}
        >
          {LAYERS.map((layer) => (
            <MenuItem key={layer} id={layer} className="menu-item" textValue={L.of(LAYER_NAMES[layer])}>
              {({ isSelected }) => (
                <>
                  <span className="tick" aria-hidden="true">
                    {isSelected ? '✓' : ''}
                  </span>
                  {L.of(LAYER_NAMES[layer])}
                </>
              )}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
