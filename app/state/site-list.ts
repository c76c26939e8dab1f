import { type Signal, signal } from '@preact/signals';
import { OVERVIEW_ACCESS } from '../../worker/protocol/access.ts';
import type { Me, Overview, SiteOverview } from '../../worker/protocol/api.ts';
import { hasRole } from '../../worker/protocol/site.ts';
import { t } from '../messages/translate.ts';
import type { Api, ApiError } from './api.ts';
import type { Clock } from './clock.ts';
import type { Session, SessionState } from './session.ts';
import { type Locale, siteTime } from './site-time.ts';
import { askOverview, listSites, type Seat } from './sites-api.ts';

export interface OverviewShown {
  /** As it came; null before it has. */
  overview: Overview | null;
  /** Why there is none. */
  problem: ApiError | null;
}

/** How often the numbers are asked for while somebody looks at them: the archive counts the cars of each site anew. */
const REFRESH_MS = 30_000;

/** One's sites with their numbers, for as long as they are shown. */
export class SiteList {
  readonly shown: Signal<OverviewShown> = signal({ overview: null, problem: null });
  readonly #api: Pick<Api, 'ask'>;
  readonly #session: Session;
  readonly #clock: Clock;

  constructor(api: Pick<Api, 'ask'>, session: Session, clock: Clock) {
    this.#api = api;
    this.#session = session;
    this.#clock = clock;
  }

  /** Keeps the numbers fresh. Returns how to stop that. */
  watch(): () => void {
    let isWatched = true;
    let cancel = () => {};
    const next = async (): Promise<void> => {
      await this.look();
      if (isWatched) cancel = this.#clock.after(REFRESH_MS, () => void next());
    };
    void next();
    return () => {
      isWatched = false;
      cancel();
    };
  }

  /** Asks for the numbers, and whether there are other sites than this device knows of. */
  async look(): Promise<void> {
    await Promise.all([this.#askForSites(), this.#askForNumbers()]);
  }

  async #askForSites(): Promise<void> {
    const reply = await listSites(this.#api);
    const { value } = this.#session.state;
    if (!reply.ok || value.state !== 'signed-in' || !isNews(value.me, reply.value.sites)) return;
    await this.#session.refresh();
  }

  async #askForNumbers(): Promise<void> {
    const { value } = this.#session.state;
    if (value.state !== 'signed-in' || !leads(value.me)) return;
    const reply = await askOverview(this.#api);
    this.shown.value = reply.ok
      ? { overview: reply.value, problem: null }
      : { ...this.shown.value, problem: reply.code };
  }
}

/** Whether there is more than the open site to choose from, or could be: an administrator makes others. */
export function hasSites(session: SessionState): boolean {
  if (session.state !== 'signed-in') return false;
  const { sites } = session.me;
  return sites.length > 1 || sites.some(({ role }) => role === 'admin');
}

/** Whether somebody leads any site, and so has numbers to see. */
export function leads({ sites }: Me): boolean {
  return sites.some(({ role }) => hasRole(role, OVERVIEW_ACCESS));
}

/** Whether the hub's list of one's sites is another than the device's. */
export function isNews({ sites }: Me, listed: readonly Seat[]): boolean {
  const known = listed.map(({ id, name, role }) => ({ id, name, role }));
  return JSON.stringify(known) !== JSON.stringify(sites.map(({ id, name, role }) => ({ id, name, role })));
}

/** The numbers of a site and the time they are of, in the site's zone, in words: a line each. */
export function overviewWords(site: SiteOverview, now: number, locale: Locale): string[] {
  if (site.at === null) return [t('sites.noCounts')];
  const time = siteTime(site.timeZone, locale).when(site.at, now);
  return [t('sites.counts', site.counts), t('sites.asOf', { time })];
}
