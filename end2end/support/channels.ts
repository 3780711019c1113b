// Campaigns of the channels beside email, and what has happened on them: for the pages that show it.

import { randomUUID } from "node:crypto";

import type { Hermod } from "./hermod.ts";
import { apply, callApi, createClient } from "./seed.ts";

const CHANNELS = `kind: channel-configuration
name: Text messages
channel: mobile
category: transactional
status: active
fromNumber: '+15005550006'
defaultRegion: KR
replyToStop: You get no more messages from us.
keywords: { custom: { hours: We are here from 9 to 6. } }
transport:
  kind: custom
  url: https://sms.example.com/messages
  authentication: bearer
  bearerToken: secret
  payload: '{"from": "{{fromNumber}}", "to": "{{toNumber}}", "text": "{{message}}", "rcs": "{{rcs}}"}'
---
kind: channel-configuration
name: App
channel: push
category: transactional
status: active
transport: { kind: capture }
---
kind: campaign
name: Rich message
channel: mobile
category: transactional
configuration: Text messages
status: live
content:
  kind: rcs
  rcs:
    kind: carousel
    cards:
      - title: Tea of {{ context.month }}
        description: Green, from the first harvest of the year.
        suggestions: [{ kind: open_url, label: Buy, target: 'https://example.com/tea', webview: tall }]
      - { title: Coffee, description: A kilo and a mug. }
    suggestions: [{ kind: reply, label: Thanks }, { kind: dial, label: Call us, target: '+82 2 1234 5678' }]
    fallbackText: 'Tea of {{ context.month }}: https://example.com/tea'
---
kind: campaign
name: Delivery
channel: push
category: transactional
configuration: App
status: draft
content:
  kind: live_activity
  title: Your order is on its way
  body: It comes within the hour.
  activity: { event: start, id: order-1001, state: '{"minutes": 12}', attributesType: DeliveryAttributes, attributes: '{}' }
`;

/** A carousel for one person, a live activity that is still a draft, and a device. Gives the ids by name. */
export async function channels(hermod: Hermod): Promise<Map<string, string>> {
  const ids = await apply(hermod, CHANNELS);
  const client = await createClient(hermod);
  const recipient = { type: "external", userId: "+821012345678", namespace: "phone", context: { month: "June" } };
  const campaignId = ids.get("Rich message");
  await callApi(hermod, client, "executions/unitary", { requestId: randomUUID(), campaignId, recipients: [recipient] });
  const device = { userId: "ann@example.com", namespace: "email", platform: "fcm", token: "d0-AbCdEfGhIjKlMnOpQrStUvWxYz" };
  await callApi(hermod, client, "push-tokens", { ...device, app: "com.example.shop" });
  return ids;
}
