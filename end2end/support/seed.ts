// What a journey finds when it begins, made by the command line: people, configurations, campaigns, API clients, calls.

import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Hermod } from "./hermod.ts";

export interface Person {
  email: string;
  name: string;
  password: string;
}

export const ANN: Person = { email: "ann@example.com", name: "Ann Archer", password: "correct horse battery staple" };

/** A person who may sign in. */
export async function addUser(hermod: Hermod, person: Person = ANN, role = "administrator"): Promise<void> {
  const words = ["user", "add", "--email", person.email, "--name", person.name, "--role", role];
  await hermod.command(words, `${person.password}\n`);
}

/** Applies campaign files (docs/campaign-files.md) and gives the id of each document by its name. */
export async function apply(hermod: Hermod, ...documents: string[]): Promise<Map<string, string>> {
  const file = join(hermod.dataFolder, `${randomUUID()}.yaml`);
  await writeFile(file, documents.join("---\n"));
  const told = await hermod.command(["apply", "--sandbox", "dev", file]);
  const lines = told.trim().split("\n").map((line) => /^\S+ (\S+) [^:]+: (.*)$/.exec(line));
  return new Map(lines.map((line) => [line?.[2] ?? "", line?.[1] ?? ""]));
}

/** Messages of the sandbox are sent. */
export const LIVE_SANDBOX = "kind: sandbox\nname: dev\nmode: live\n";

/** The active configuration `Shop`; without a port its messages land in the inbox. */
export function shopConfiguration(port?: number): string {
  const smtp = `{ kind: smtp, host: 127.0.0.1, port: ${port}, security: none }`;
  return `kind: channel-configuration
name: Shop
category: transactional
status: active
fromName: Book shop
fromAddress: shop@example.com
transport: ${port === undefined ? "{ kind: capture }" : smtp}
`;
}

/** The campaign `Order confirmation`, which sends over `Shop`. */
export function orderCampaign(status: "draft" | "live" = "live"): string {
  return `kind: campaign
name: Order confirmation
category: transactional
configuration: Shop
status: ${status}
content:
  subject: 'Order {{ context.order.id }}'
  html: '<p>Thank you for order {{ context.order.id }}.</p>'
`;
}

export interface Client {
  clientId: string;
  clientSecret: string;
}

/** An API client of the sandbox. */
export async function createClient(hermod: Hermod): Promise<Client> {
  const told = await hermod.command(["client", "create", "--sandbox", "dev", "--name", "Web shop"]);
  const client = JSON.parse(told) as Record<"client_id" | "client_secret", string>;
  return { clientId: client.client_id, clientSecret: client.client_secret };
}

/** Triggers a campaign for one address, with order number 1001. Must be accepted. */
export async function trigger(hermod: Hermod, client: Client, campaignId: string, address: string): Promise<void> {
  const recipient = { type: "external", userId: address, namespace: "email", context: { order: { id: "1001" } } };
  await callApi(hermod, client, "executions/unitary", { requestId: randomUUID(), campaignId, recipients: [recipient] });
}

/** A call of the API; a path without a slash in front is below `/ajo/im`. Must be accepted. */
export async function callApi(hermod: Hermod, client: Client, path: string, body: unknown): Promise<void> {
  const credentials = { grant_type: "client_credentials", client_id: client.clientId, client_secret: client.clientSecret };
  const token = await post(`${hermod.url}/ims/token/v3`, {}, new URLSearchParams(credentials));
  const headers = {
    authorization: `Bearer ${token.access_token}`,
    "x-api-key": client.clientId,
    "x-gw-ims-org-id": "hermod",
    "x-sandbox-name": "dev",
    "content-type": "application/json",
  };
  await post(new URL(path, `${hermod.url}/ajo/im/`).href, headers, JSON.stringify(body));
}

async function post(url: string, headers: HeadersInit, body: URLSearchParams | string): Promise<Record<string, string>> {
  const response = await fetch(url, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
  return response.status === 204 ? {} : ((await response.json()) as Record<string, string>);
}

/**
 * A campaign file: marketing mails to an audience that is there, captured. `more` are lines of the campaign that only some
 * journeys need.
 */
export function news(audience: string, more = ""): string {
  return `kind: channel-configuration
name: News
category: marketing
status: active
fromName: Book shop
fromAddress: shop@example.com
transport: { kind: capture }
---
kind: campaign
name: News
category: marketing
configuration: News
status: live
audience: { name: ${audience} }
${more}
content: { subject: News, html: '<p>News</p>' }
`;
}
