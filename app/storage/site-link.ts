import { Conversation } from '../sync/conversation.ts';
import type { BeginConversation } from '../sync/site-client.ts';
import { webSocketDial } from '../sync/web-socket.ts';
import { siteExchange, sitePath } from './site-network.ts';
import { system } from './system.ts';

/** All that connects this page to the hub of a site, in one module: the board is shown before it is fetched. */
export function siteLink(site: string): BeginConversation {
  // Browsers of a few years ago take no relative address here.
  const origin = location.origin.replace(/^http/, 'ws');
  const dial = webSocketDial(() => new WebSocket(`${origin}${sitePath(site)}/live`));
  const ports = { dial, exchange: siteExchange(site), ...system() };
  return (...them) => new Conversation(ports, ...them);
}
