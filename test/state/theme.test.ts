import { describe, expect, test } from 'vitest';
import { Preferences } from '../../app/state/preferences.ts';
import { themeOf } from '../../app/state/theme.ts';
import { mapMemory } from '../support/map-memory.ts';

describe('the theme', () => {
  test('is dark at night and light by day, unless the device is dark', () => {
    expect(themeOf('auto', false, 2)).toBe('dark');
    expect(themeOf('auto', false, 18)).toBe('dark');
    expect(themeOf('auto', false, 7)).toBe('light');
    expect(themeOf('auto', true, 12)).toBe('dark');
  });

  test('is what the person has chosen above all', () => {
    expect(themeOf('light', true, 2)).toBe('light');
    expect(themeOf('dark', false, 12)).toBe('dark');
  });
});

test('choices are kept on the device; what nobody can have chosen is automatic', () => {
  const memory = mapMemory({ theme: 'purple' });
  const first = new Preferences(memory);
  expect(first.theme.value).toBe('auto');
  first.setTheme('light');
  first.setShortcuts(false);
  const second = new Preferences(memory);
  expect(second.theme.value).toBe('light');
  expect(second.shortcuts.value).toBe(false);
});
