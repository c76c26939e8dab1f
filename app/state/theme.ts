export const THEMES = ['auto', 'dark', 'light'] as const;
export type ThemeChoice = (typeof THEMES)[number];

/** The night on the floor begins and ends at these hours of the device's day. */
const NIGHT = { fromHour: 18, toHour: 7 };

/** Dark where the device is set so, and at night; light by day. A choice of the person stands above both. */
export function themeOf(choice: ThemeChoice, deviceIsDark: boolean, hour: number): 'dark' | 'light' {
  if (choice !== 'auto') return choice;
  return deviceIsDark || hour >= NIGHT.fromHour || hour < NIGHT.toHour ? 'dark' : 'light';
}
