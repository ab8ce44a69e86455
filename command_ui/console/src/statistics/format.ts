/** Durations, shares and numbers of the figures, as they are read. Pure. */

/** 9.4 s as 9.4, from a minute on 1:23, from an hour on 1:02:03. A dash for nothing. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  if (seconds < 10 && !Number.isInteger(seconds)) return seconds.toFixed(1);
  const whole = Math.round(seconds);
  if (whole < 60) return String(whole);
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** 0.934 as 93 %. Never 100 % for less than all, nor 0 % for more than none: a target is met or it is not. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return '–';
  const whole = Math.round(share * 100);
  if (whole === 100 && share < 1) return '99 %';
  if (whole === 0 && share > 0) return '<1 %';
  return `${whole} %`;
}

/** One decimal below a hundred, none above. */
export function decimal(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  return Math.abs(value) < 100 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value));
}

// Steps of an axis that are read as whole: 25 s or 100 s would be told as 0:25 and 1:40.
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800];
// More labels than this touch each other in a narrow chart.
const TICKS_MAX = 4;

/** Where an axis of durations from 0 to `most_s` has its labels: whole seconds, minutes or hours, 0 among them. */
export function durationTicks(most_s: number): number[] {
  const step = STEPS_S.find((one) => most_s / one < TICKS_MAX) ?? most_s;
  const ticks: number[] = [];
  for (let at = 0; at <= most_s; at += step) ticks.push(at);
  return ticks;
}

// What has room beside a chart: a character of Chinese is as wide as two others.
const NAME_HALVES_MAX = 17;

/** A name cut to what has room beside a chart; the table has it whole. */
export function clipped(name: string): string {
  let halves = 0;
  let text = '';
  for (const letter of name) {
    halves += letter > '\u2e7f' ? 2 : 1;
    if (halves > NAME_HALVES_MAX) return `${text}…`;
    text += letter;
  }
  return text;
}
