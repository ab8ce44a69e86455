/** Wall-clock times of the agency's zone, and the moments that they mean. */

export interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    const two = '2-digit';
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    });
    formats.set(zone, format);
  }
  return format;
}

/** What the clock on the wall says at a moment. */
export function wallAt(at_ms: number, zone: string): Wall {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at_ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}

const asUtc = ({ year, month, day, hour, minute, second }: Wall): number => Date.UTC(year, month - 1, day, hour, minute, second);

/** The moment at which the wall says so; null for a date that there is not. In the hour that summer time skips, the hour before. */
export function momentOf(wall: Wall, zone: string): number | null {
  const wanted = asUtc(wall);
  const read = new Date(wanted);
  if (read.getUTCMonth() + 1 !== wall.month || read.getUTCDate() !== wall.day || wall.hour > 23 || wall.minute > 59 || wall.second > 59) {
    return null;
  }
  let at_ms = wanted;
  // The offset depends on the moment that is looked for: the second round has it right, but in the skipped hour.
  for (let round = 0; round < 2; round += 1) at_ms += wanted - asUtc(wallAt(at_ms, zone));
  return at_ms;
}

/** The same time of day, so many days on. */
export function daysOn(wall: Wall, days: number): Wall {
  const at = new Date(Date.UTC(wall.year, wall.month - 1, wall.day + days));
  return { ...wall, year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
}
