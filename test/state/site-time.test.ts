import { describe, expect, test } from 'vitest';
import { siteTime } from '../../app/state/site-time.ts';
import { NIGHT_MS } from '../support/fake-site-client.ts';

const HOUR = 3_600_000;
const chicago = siteTime('America/Chicago', { language: 'en', hour12: false });

describe('times of the site', () => {
  test('are in its own zone, wherever the device is', () => {
    expect(chicago.time(NIGHT_MS)).toBe('02:14');
    expect(siteTime('Europe/Madrid', { language: 'en', hour12: false }).time(NIGHT_MS)).toBe('09:14');
  });

  test('follow the clock of the device, 12 or 24 hours', () => {
    expect(siteTime('America/Chicago', { language: 'en', hour12: true }).time(NIGHT_MS)).toMatch(
      /^02:14\sAM$/,
    );
  });

  test('midnight is 00, not 24', () => {
    expect(chicago.time(NIGHT_MS - 2 * HOUR)).toBe('00:14');
  });

  test('of this shift need no weekday though midnight lies between', () => {
    expect(chicago.when(NIGHT_MS - 3 * HOUR, NIGHT_MS)).toBe('23:14');
  });

  test('of this week have a weekday, older ones a date', () => {
    expect(chicago.when(NIGHT_MS - 30 * HOUR, NIGHT_MS)).toBe('Wed 20:14');
    expect(chicago.when(NIGHT_MS - 10 * 24 * HOUR, NIGHT_MS)).toContain('Nov');
  });

  test('in full have date and year', () => {
    expect(chicago.full(NIGHT_MS)).toContain('2026');
  });
});
