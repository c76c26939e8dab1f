import { entryText } from '../protocol/chain.ts';
import type { Env, SiteState } from './state.ts';

/** What the hub's archive must hold: the entry of this version has this hash (rule A1). */
interface Anchor {
  version: number;
  /** Null where the hub has let go of that entry and of any that carries its hash: a site just upgraded. */
  hash: string | null;
}

/**
 * The anchor of the version the archive is known to be at; or of `newest`, the one found there, where it has got
 * further than the hub has been told. Never one the hub has not written: an archive that has more is not the hub's.
 */
export function anchorOf(state: SiteState, env: Env, newest: number | null): Anchor {
  const version = Math.min(state.version, Math.max(state.archived, newest ?? 0));
  if (version === state.version) return { version, hash: state.head };
  const { log, hash } = env;
  const entry = log.entry(version);
  return { version, hash: log.entry(version + 1)?.prev ?? (entry ? hash(entryText(entry)) : null) };
}
