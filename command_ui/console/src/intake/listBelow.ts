/** A list under its field in the top layer: a form that scrolls, or a panel that ends, does not cut it off. */
import { type RefObject, useLayoutEffect } from 'react';

const LIST_PX_MAX = 260;
// With less room than three lines below the field the list stands above it, where that side has more.
const ROOM_PX_MIN = 90;
const EDGE_PX = 6;

export function useListBelow(field: RefObject<HTMLElement | null>, list: RefObject<HTMLElement | null>, isShown: boolean): void {
  useLayoutEffect(() => {
    const [over, under] = [field.current, list.current];
    if (!isShown || !over || !under) return;
    const place = () => {
      const box = over.getBoundingClientRect();
      // The text size zooms the screen: what is measured is the window's pixels, what is set is the screen's own.
      const zoom = box.width / over.offsetWidth || 1;
      const [above, below] = [box.top, window.innerHeight - box.bottom].map((room) => room / zoom - EDGE_PX) as [number, number];
      const isAbove = below < ROOM_PX_MIN && above > below;
      under.style.left = `${box.left / zoom}px`;
      under.style.width = `${box.width / zoom}px`;
      under.style.top = isAbove ? 'auto' : `${box.bottom / zoom}px`;
      under.style.bottom = isAbove ? `${(window.innerHeight - box.top) / zoom}px` : 'auto';
      under.style.maxHeight = `${Math.min(LIST_PX_MAX, isAbove ? above : below)}px`;
    };
    under.showPopover?.();
    place();
    window.addEventListener('scroll', place, true);
    window.addEventListener('resize', place);
    return () => {
      window.removeEventListener('scroll', place, true);
      window.removeEventListener('resize', place);
      if (under.isConnected) under.hidePopover?.();
    };
  }, [field, list, isShown]);
}
