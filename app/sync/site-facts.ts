import type { Principal, Site } from '../../worker/protocol/site.ts';
import type { Meta } from './store.ts';

type Names = Readonly<Record<string, string>>;

/** What a device knows of its site and its people, beside the cars. */
export class SiteFacts {
  you: Principal | null = null;
  site: Site | null = null;
  names: Names = {};
  /** What to add to the device's time to get the hub's. */
  hubTimeOffsetMs = 0;
  /** Device milliseconds of the last proof that the board was current. */
  provenAt: number | null = null;

  load({ you, site, names, hubTimeOffsetMs, syncedAt }: Meta): void {
    Object.assign(this, { you, site, names, hubTimeOffsetMs, provenAt: syncedAt });
  }

  /** Takes names in; false where none of them is news. */
  learn(names: Names): boolean {
    const news = Object.entries(names).filter(([id, name]) => name !== '' && this.names[id] !== name);
    if (news.length > 0) this.names = { ...this.names, ...Object.fromEntries(news) };
    return news.length > 0;
  }
}
