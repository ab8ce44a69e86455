/** Distances on the sphere, and what a dispatcher may conclude from them: an estimate, always labelled as one. */
import type { LonLat } from './projection';

const EARTH_RADIUS_M = 6_371_008.8;

/** Streets are longer than the great circle; 1.35 is the same factor as the server's recommendation (great_circle_x_1.35). */
export const DETOUR = 1.35;

// A unit that stands still, or has only just left, still goes at about this pace once it moves (city, blue light).
const SPEED_KMH_ASSUMED = 42;
// Below this the reported speed says «waiting at a light», not «arriving tomorrow».
const SPEED_KMH_CREDIBLE_MIN = 15;

/** Haversine. */
export function metresBetween(a: LonLat, b: LonLat): number {
  const radians = Math.PI / 180;
  const half = (angle: number) => Math.sin((angle * radians) / 2) ** 2;
  const h = half(b.lat - a.lat) + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * half(b.lon - a.lon);
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Seconds to drive there: great circle x 1.35 at the reported speed where that is credible, else at an assumed one. */
export function etaSeconds(from: LonLat, to: LonLat, speed_kmh: number | null): number {
  const speed = speed_kmh !== null && speed_kmh >= SPEED_KMH_CREDIBLE_MIN ? speed_kmh : SPEED_KMH_ASSUMED;
  return (metresBetween(from, to) * DETOUR) / (speed / 3.6);
}

/** m:ss, and hours beyond an hour: `0:52`, `12:05`, `1:04:00`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
