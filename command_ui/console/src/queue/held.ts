/** The list as it is shown: it follows the documents, except while the pointer or the focus is in it. */

import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { IncidentBoard } from '../documents';
import { documents, onChange } from '../live/store';
import { isThen } from '../time_machine/moment';
import { type News, newsOf, ordered, type Placed, type QueueFilter } from './order';

// A list that is free to move does so at most once a second.
const SETTLE_MS = 1_000;
// The pointer often leaves for a moment only; the list waits before it moves.
const RELEASE_MS = 400;

const NO_NEWS: News = { fresh: [], pinned: [] };

const isSame = (a: readonly Placed[], b: readonly Placed[]): boolean =>
  a.length === b.length && a.every((one, index) => one.number === b[index]?.number && one.priority === b[index]?.priority);

export interface HeldList {
  placed: readonly Placed[];
  news: News;
  /** Lets the list follow once, as by the key. */
  apply: () => void;
  hold: { onPointerEnter: () => void; onPointerLeave: () => void; onFocus: () => void; onBlur: () => void };
}

// Acts under way that end with the focus in the queue. What they change may come before their answer, and so before the focus.
let acts = 0;
const lookers = new Set<() => void>();

/** Holds the list still until the returned function is called. */
export function holdStill(): () => void {
  acts += 1;
  return () => {
    acts -= 1;
    for (const look of lookers) look();
  };
}

export function useHeldList(
  root: RefObject<HTMLElement | null>,
  filter: QueueFilter,
  words: (incident: IncidentBoard) => string,
): HeldList {
  const [placed, setPlaced] = useState<readonly Placed[]>([]);
  const [news, setNews] = useState<News>(NO_NEWS);
  const shown = useRef(placed);
  const isHeld = useRef(false);

  const wanted = useCallback(() => ordered(documents('incident_board').values(), filter, words), [filter, words]);
  const apply = useCallback(() => {
    const next = wanted();
    if (!isSame(shown.current, next)) {
      shown.current = next;
      setPlaced(next);
    }
    setNews(NO_NEWS);
  }, [wanted]);
  const look = useCallback(() => {
    // An empty list has nothing that could move under a hand.
    if (!(isHeld.current || acts > 0) || shown.current.length === 0 || isThen()) return apply();
    const found = newsOf(shown.current, wanted(), (number) => documents('incident_board').get(number)?.phase === 'pending');
    setNews((old) =>
      old.fresh.length === 0 && found.fresh.length === 0 && found.pinned.length === 0 && old.pinned.length === 0 ? old : found,
    );
  }, [apply, wanted]);

  useEffect(apply, [apply]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onChange('incident_board', () => {
      // The first picture, and the first incident of a quiet watch, are shown at once.
      // At another time nobody works in the list: it is as it was.
      if (shown.current.length === 0 || isThen()) return apply();
      timer ??= setTimeout(() => {
        timer = undefined;
        look();
      }, SETTLE_MS);
    });
    lookers.add(look);
    return () => {
      lookers.delete(look);
      stop();
      clearTimeout(timer);
    };
  }, [look, apply]);

  const holdNow = useCallback(() => {
    isHeld.current = true;
  }, []);
  const release = useCallback(() => {
    setTimeout(() => {
      const element = root.current;
      isHeld.current = element !== null && (element.matches(':hover') || element.contains(document.activeElement));
      if (!isHeld.current) look();
    }, RELEASE_MS);
  }, [root, look]);

  return { placed, news, apply, hold: { onPointerEnter: holdNow, onPointerLeave: release, onFocus: holdNow, onBlur: release } };
}
