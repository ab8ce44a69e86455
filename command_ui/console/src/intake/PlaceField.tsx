/** Where: words that the gazetteer knows, degrees with their datum, or a point on the map. */
import { type Ref, useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { get } from '../api';
import { districtName } from '../catalogue';
import type { PlaceCandidate } from '../documents';
import { useL } from '../i18n';
import { pickPoint } from '../map/pick';
import { Key } from '../parts/Marks';
import { coordinates, DATUMS, type Datum, type Point, pointText } from './coordinates';
import { Suggest } from './Suggest';

// A person types a character each 100 to 200 ms; asking at every one would only be thrown away.
const ASK_AFTER_MS = 120;

export interface ChosenPlace {
  text: string;
  point: Point;
  datum?: Datum;
  address?: string;
  district?: string | null;
}

interface PlaceFieldProps {
  text: string;
  point: Point | null;
  datum: Datum;
  onWrite: (text: string) => void;
  onChoose: (place: ChosenPlace) => void;
  onDatum: (datum: Datum) => void;
  onEnter?: () => void;
  problem?: React.ReactNode;
  inputRef?: Ref<HTMLInputElement>;
  autoFocus?: boolean;
}

type Offered = { id: string; place: PlaceCandidate } | { id: string; point: Point };

export function PlaceField({ text, point, datum, onWrite, onChoose, onDatum, onEnter, problem, inputRef, autoFocus }: PlaceFieldProps) {
  const L = useL();
  const { places, isAsked } = usePlaces(text);
  const typed = coordinates(text);
  const offered: Offered[] = typed
    ? [{ id: 'typed', point: typed }]
    : places.map((place, index) => ({ id: `${index}-${place.zh}`, place }));
  const pick = async () => {
    const picked = await pickPoint();
    if (picked) onChoose({ text: pointText(picked), point: picked, datum: 'WGS-84' });
    // The map had the focus; the person goes on where they were.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-field=${picked ? 'incident_type' : 'place'}]`)?.focus());
  };
  return (
    <Suggest
      label={L('地点', 'Place')}
      hint={L('路名 · 小区 · 117.2,39.1', 'road, estate, 117.2,39.1')}
      field="place"
      value={text}
      onWrite={onWrite}
      suggestions={offered}
      isStale={!typed && !isAsked && text.trim() !== ''}
      onChoose={(one) => {
        if ('point' in one) onChoose({ text: pointText(one.point), point: one.point, datum });
        else {
          const name = L.of(one.place);
          onChoose({ text: name, point: { lon: one.place.lon, lat: one.place.lat }, address: one.place.zh, district: one.place.district });
        }
      }}
      // Enter leads on only when there is nothing more to choose from.
      onEnter={() => (point || isAsked || text.trim() === '') && onEnter?.()}
      problem={problem}
      inputRef={inputRef}
      autoFocus={autoFocus}
      empty={isAsked ? L('没有这个地点:在地图上点选(Alt M)。', 'No such place: point at it on the map (Alt M).') : undefined}
      render={(one) =>
        'point' in one ? (
          <>
            <span className="num">{pointText(one.point)}</span>
            <span className="dim">{datum}</span>
          </>
        ) : (
          <>
            <span>{L.of(one.place)}</span>
            <span className="dim">
              {districtName(one.place.district, L)} · {placeKind(one.place.kind, L)}
            </span>
          </>
        )
      }
    >
      {(typed || datum !== 'WGS-84') && (
        <select
          className="datum"
          aria-label={L('坐标系', 'Datum')}
          value={datum}
          onChange={(event) => onDatum(event.target.value as Datum)}
        >
          {DATUMS.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
      <Button className="btn pick" onPress={() => void pick()}>
        {L('地图', 'Map')} <Key k="Alt M" />
      </Button>
      {point && (
        <span className="got num" title={pointText(point)}>
          ✓
        </span>
      )}
    </Suggest>
  );
}

function usePlaces(text: string): { places: readonly PlaceCandidate[]; isAsked: boolean } {
  const [answer, setAnswer] = useState<{ text: string; places: readonly PlaceCandidate[] }>({ text: '', places: [] });
  const wanted = text.trim();
  useEffect(() => {
    if (!wanted || coordinates(wanted)) return;
    const asking = new AbortController();
    const timer = setTimeout(() => {
      get<{ places: PlaceCandidate[] }>(`/api/places?q=${encodeURIComponent(wanted)}`, asking.signal)
        .then(({ places }) => setAnswer({ text: wanted, places }))
        // The gazetteer is a help, not a need: coordinates and the map remain.
        .catch(() => asking.signal.aborted || setAnswer({ text: wanted, places: [] }));
    }, ASK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [wanted]);
  // While the next answer is on its way the last one is kept, so that the list does not blink; an empty field offers nothing.
  return { places: wanted ? answer.places : [], isAsked: answer.text === wanted && wanted !== '' };
}

const PLACE_KINDS: Readonly<Record<string, [zh: string, en: string]>> = {
  address: ['门牌', 'address'],
  road: ['道路', 'road'],
  street: ['道路', 'street'],
  junction: ['路口', 'junction'],
  district: ['区', 'district'],
  station: ['站点', 'station'],
  place: ['地名', 'place'],
  poi: ['地点', 'place'],
};

function placeKind(kind: string, L: ReturnType<typeof useL>): string {
  const [zh, en] = PLACE_KINDS[kind] ?? [kind, kind];
  return L(zh, en);
}
