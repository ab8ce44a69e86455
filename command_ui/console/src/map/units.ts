/**
 * The fleet as columns of numbers: a redraw of 18,000 units walks arrays and allocates nothing. A fix is projected when it
 * arrives; between fixes a unit stands where it was last known, and grows stale.
 */
import { type LonLat, latAt, lonAt, worldX, worldY } from './projection';

/** What the map tells apart. The letter and the minutes are the board's business; the map shows where, and whether it moves. */
export const SHAPES = ['available', 'dispatched', 'moving', 'on_scene', 'transporting', 'out_of_service'] as const;
export type Shape = (typeof SHAPES)[number];

const SHAPE_OF_STATUS: Record<string, Shape> = {
  available: 'available',
  dispatched: 'dispatched',
  acknowledged: 'moving',
  en_route: 'moving',
  on_scene: 'on_scene',
  transporting: 'transporting',
  at_destination: 'on_scene',
  out_of_service: 'out_of_service',
};

/** As in the view `unit_position`: [lon, lat, heading_deg, speed_kmh, at (ms since 1970), source]. */
export type Fix = readonly [lon: number, lat: number, heading_deg: number | null, speed_kmh: number | null, at: number, source: string];
export type Status = { readonly status: string; readonly incident: string | null };

const NO_HEADING = -1;

export type Fleet = {
  readonly count: number;
  readonly names: readonly string[];
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Radians clockwise from north, or -1 where the unit does not say. */
  readonly heading: Float32Array;
  readonly at: Float64Array;
  /** Index into SHAPES. */
  readonly shape: Uint8Array;
  /** Whether the position is known at all. */
  readonly isPlaced: Uint8Array;
  readonly incident: readonly (string | null)[];
};

export type UnitPlace = LonLat & {
  readonly unit: string;
  readonly heading: number | null;
  readonly speed_kmh: number | null;
  readonly at: number;
  readonly isStale: boolean;
  readonly shape: Shape;
};

export class Units {
  private slots = new Map<string, number>();
  private free: number[] = [];
  private speed = new Float32Array(0);
  private mutable = {
    count: 0,
    names: [] as string[],
    x: new Float64Array(0),
    y: new Float64Array(0),
    heading: new Float32Array(0),
    at: new Float64Array(0),
    shape: new Uint8Array(0),
    isPlaced: new Uint8Array(0),
    incident: [] as (string | null)[],
  };
  private known = new Set<string>();

  /** The columns. Rows below `count` that are not placed are holes or units without a fix. */
  get fleet(): Fleet {
    return this.mutable;
  }

  /** A fix arrived, or (null) the unit left what was asked for. */
  place(unit: string, fix: Fix | null): void {
    if (fix === null) {
      const slot = this.slots.get(unit);
      if (slot === undefined) return;
      this.mutable.isPlaced[slot] = 0;
      if (!this.known.has(unit)) this.release(unit, slot);
      return;
    }
    const slot = this.slot(unit);
    const [lon, lat, heading_deg, speed_kmh, at] = fix;
    const { mutable } = this;
    mutable.x[slot] = worldX(lon);
    mutable.y[slot] = worldY(lat);
    mutable.heading[slot] = heading_deg === null ? NO_HEADING : ((((heading_deg % 360) + 360) % 360) * Math.PI) / 180;
    mutable.at[slot] = at;
    mutable.isPlaced[slot] = 1;
    this.speed[slot] = speed_kmh ?? Number.NaN;
  }

  /** The status changed, or (null) the unit was taken off the roll; whether the map shows it otherwise now. */
  stand(unit: string, status: Status | null): boolean {
    if (status === null) {
      this.known.delete(unit);
      const slot = this.slots.get(unit);
      if (slot !== undefined && !this.mutable.isPlaced[slot]) this.release(unit, slot);
      return false;
    }
    this.known.add(unit);
    const slot = this.slot(unit);
    const { mutable } = this;
    const shape = SHAPES.indexOf(SHAPE_OF_STATUS[status.status] ?? 'available');
    const isOther = mutable.shape[slot] !== shape || mutable.incident[slot] !== status.incident;
    mutable.shape[slot] = shape;
    mutable.incident[slot] = status.incident;
    return isOther && mutable.isPlaced[slot] === 1;
  }

  /** Where the unit was last known to be; null when that is not known. */
  find(unit: string, now_ms: number, staleAfter_ms: number): UnitPlace | null {
    const slot = this.slots.get(unit);
    const { mutable } = this;
    if (slot === undefined || !mutable.isPlaced[slot]) return null;
    const heading = mutable.heading[slot] as number;
    const speed = this.speed[slot] as number;
    return {
      unit,
      lon: lonAt(mutable.x[slot] as number),
      lat: latAt(mutable.y[slot] as number),
      heading: heading === NO_HEADING ? null : heading,
      speed_kmh: Number.isNaN(speed) ? null : speed,
      at: mutable.at[slot] as number,
      isStale: now_ms - (mutable.at[slot] as number) > staleAfter_ms,
      shape: SHAPES[mutable.shape[slot] as number] as Shape,
    };
  }

  private slot(unit: string): number {
    const held = this.slots.get(unit);
    if (held !== undefined) return held;
    const slot = this.free.pop() ?? this.mutable.count;
    if (slot === this.mutable.count) {
      this.mutable.count += 1;
      if (slot >= this.mutable.x.length) this.grow();
    }
    this.slots.set(unit, slot);
    this.mutable.names[slot] = unit;
    this.mutable.incident[slot] = null;
    this.mutable.shape[slot] = 0;
    this.mutable.isPlaced[slot] = 0;
    return slot;
  }

  private release(unit: string, slot: number): void {
    this.slots.delete(unit);
    this.mutable.isPlaced[slot] = 0;
    this.mutable.incident[slot] = null;
    this.free.push(slot);
  }

  private grow(): void {
    const { mutable } = this;
    const size = Math.max(256, mutable.x.length * 2);
    const copied = <T extends Float64Array | Float32Array | Uint8Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    mutable.x = copied(new Float64Array(size), mutable.x);
    mutable.y = copied(new Float64Array(size), mutable.y);
    mutable.at = copied(new Float64Array(size), mutable.at);
    mutable.heading = copied(new Float32Array(size), mutable.heading);
    mutable.shape = copied(new Uint8Array(size), mutable.shape);
    mutable.isPlaced = copied(new Uint8Array(size), mutable.isPlaced);
    this.speed = copied(new Float32Array(size), this.speed);
  }
}
