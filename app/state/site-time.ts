/** Times of a site, in its own zone, whatever zone the device is in. */
export interface SiteTime {
  /** `02:14` */
  time(atMs: number): string;
  /** As short as can be: the time alone today or within half a day, the weekday too within a week, else the date. */
  when(atMs: number, nowMs: number): string;
  /** Date and time, with seconds left out. */
  full(atMs: number): string;
}

export interface Locale {
  /** BCP 47; the language of the words. */
  language: string;
  /** As the device has it: a person who reads English may still live by a 24 h clock. */
  hour12: boolean;
}

const WEEK_MS = 7 * 24 * 3_600_000;
/** A shift crosses midnight: 23:38 needs no weekday at two in the morning. */
const SHIFT_MS = 12 * 3_600_000;

/** @param timeZone IANA name; an unknown one throws a RangeError */
export function siteTime(timeZone: string, { language, hour12 }: Locale): SiteTime {
  const clock: Intl.DateTimeFormatOptions = {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    // h23, because hour12: false makes midnight 24:00 in some locales.
    ...(hour12 ? { hour12: true } : { hourCycle: 'h23' }),
  };
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options);
  const time = format(clock);
  const weekday = format({ ...clock, weekday: 'short' });
  const date = format({ ...clock, day: 'numeric', month: 'short' });
  const full = format({ ...clock, day: 'numeric', month: 'short', year: 'numeric' });
  const day = format({ timeZone, dateStyle: 'short' });
  return {
    time: (atMs) => time.format(atMs),
    when(atMs, nowMs) {
      const ageMs = Math.abs(nowMs - atMs);
      if (ageMs < SHIFT_MS || day.format(atMs) === day.format(nowMs)) return time.format(atMs);
      return (ageMs < WEEK_MS ? weekday : date).format(atMs);
    },
    full: (atMs) => full.format(atMs),
  };
}
