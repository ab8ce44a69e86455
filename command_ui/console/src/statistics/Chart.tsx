/** A chart of Observable Plot in the console's look. It is a picture with a name; what it shows is in the table beside it. */

import * as Plot from '@observablehq/plot';
import { useEffect, useRef, useState } from 'react';

export { Plot };

// The console's own ink, by CSS variable: a chart changes its theme without being drawn anew.
export const INK = 'var(--ink)';
export const QUIET = 'var(--ink-3)';
export const GROUND = 'var(--ground-3)';
export const OVER = 'var(--p2)';

interface ChartProps {
  /** What it shows, for whoever does not see it. */
  label: string;
  height: number;
  /** The marks for this width; kept until what it is made of changes. */
  plot: (width: number) => Plot.PlotOptions;
}

export function Chart({ label, height, plot }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element || width === 0) return;
    const drawn = Plot.plot({
      width,
      height,
      style: { background: 'transparent', color: QUIET, fontFamily: 'inherit', fontSize: '12px', overflow: 'visible' },
      ...plot(width),
    });
    drawn.setAttribute('aria-hidden', 'true');
    element.replaceChildren(drawn);
    return () => drawn.remove();
  }, [width, height, plot]);
  return <div className="chart" role="img" aria-label={label} ref={box} style={{ height }} />;
}
