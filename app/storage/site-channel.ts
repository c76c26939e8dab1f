import type { Message } from '../sync/shared/messages.ts';
import type { Channel } from '../sync/shared/ports.ts';

/** Of the messages. Tabs that run another version of the app and know another one do not hear each other. */
const FORMAT = 1;

/** Between the tabs of this browser profile that have the site open for the same person. */
export function siteChannel(site: string, person: string, heard: (message: Message) => void): Channel {
  const channel = new BroadcastChannel(`yardboard-${FORMAT}-${site}-${person}`);
  let isClosed = false;
  channel.onmessage = ({ data }) => heard(data);
  return {
    post: (message) => {
      if (!isClosed) channel.postMessage(message);
    },
    close: () => {
      isClosed = true;
      channel.close();
    },
  };
}
