import { Conversation, type ConversationPorts } from './conversation.ts';
import {
  type BeginConversation,
  type DevicePorts,
  type OpenSiteClient,
  openSiteClientWith,
  type SiteClientOptions,
} from './site-client.ts';

export interface SiteClientPorts extends DevicePorts, ConversationPorts {}

/**
 * A client that has what connects at hand, and so begins to connect at once. Rejects with a `StoreError`. It is in a
 * file of its own because a page that imports it has no first screen without all of that.
 */
export function openSiteClient(
  ports: SiteClientPorts,
  options: SiteClientOptions = {},
): Promise<OpenSiteClient> {
  const begin: BeginConversation = (...them) => new Conversation(ports, ...them);
  return openSiteClientWith({ begin }, ports, options);
}
