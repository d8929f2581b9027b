import { randomUUID } from "node:crypto";
import {
	type AttributeValue,
	BatchWriteItemCommand,
} from "@aws-sdk/client-dynamodb";
import { bodies, deliveryOf } from "../deliveries.ts";
import { median, rounded } from "../figures/figure.ts";
import type { Item } from "../figures/item-size.ts";
import type { Lab } from "../lab.ts";
import { openInvoker } from "../lambda/invoker.ts";
import { type Answers, isTaken } from "./answers.ts";
import {
	type LocalCloud,
	measureLocalCloud,
	startLocalCloud,
} from "./local-cloud.ts";

export interface Growth {
	/** processor time of a new state of one subject, in ms, by how many it has */
	subject: Record<number, number>;
	/** of a new `once` and of a new state, by the table's items */
	table: Record<number, { once: number; state: number }>;
	/** one run of a poll, by the watches that are due */
	watches: Record<number, { ms: number; summary: unknown }>;
	/** the local cloud, by the deliveries its folder holds */
	folder: Record<number, LocalCloud>;
}

const states = 1000;
const items = 100_000;
const watches = 10_000;
const deliveries = 10_000;
const sample = 50;
const atOnce = 8;

export async function measureGrowth(
	lab: Lab,
	answers: Answers,
	folder: string,
	say: (line: string) => void,
): Promise<Growth> {
	say(`  one subject, to ${states} states`);
	const subject = await growSubject(lab);
	say(`  a table, to ${items} items`);
	const table = await growTable(lab, answers);
	say(`  a local folder, to ${deliveries} deliveries and ${watches} watches`);
	const grown = await growFolder(folder);
	return { subject, table, ...grown };
}

async function growSubject(lab: Lab): Promise<Growth["subject"]> {
	await using webhook = await openInvoker(lab.deployed.product);
	await lab.front.order();
	const first = JSON.parse(bodies.state());
	const told: Growth["subject"] = {};
	for (let before = 0; before < states; before += sample) {
		const sent = Array.from({ length: sample }, (_, index) => ({
			...first,
			message: `state ${before + index}`,
		}));
		const { cpuMs, answers } = await webhook.invoke(
			sent.map((body) => deliveryOf(JSON.stringify(body))),
		);
		if (!answers.every(isTaken)) throw new Error("A state was not taken on.");
		told[before + sample] = rounded(cpuMs / sample);
	}
	return told;
}

async function growTable(
	lab: Lab,
	{ records }: Answers,
): Promise<Growth["table"]> {
	await using webhook = await openInvoker(lab.deployed.product);
	const [one] = await records([bodies.once()]);
	if (!one) throw new Error("Nothing was recorded.");
	const told: Growth["table"] = {};
	for (const size of [0, items / 10, items]) {
		const held = Object.keys(told).map(Number).at(-1) ?? 0;
		await fill(lab, one.dynamodb.NewImage, size - held);
		await lab.front.order();
		const cpuOf = async (body: () => string): Promise<number> => {
			const runs: number[] = [];
			for (let round = 0; round < 5; round++) {
				const sent = Array.from({ length: sample }, body);
				const { cpuMs } = await webhook.invoke(sent.map(deliveryOf));
				runs.push(cpuMs / sample);
			}
			return rounded(median(runs));
		};
		told[size] = {
			once: await cpuOf(bodies.once),
			state: await cpuOf(bodies.state),
		};
	}
	return told;
}

/** Copies of an item, each below a key of its own. */
async function fill(
	{ dynamodb, product }: Lab,
	item: Item,
	count: number,
): Promise<void> {
	const stored = Object.fromEntries(
		Object.entries(item).map(([name, value]) => [
			name,
			"B" in value ? { B: Buffer.from(value.B, "base64") } : value,
		]),
	) as Record<string, AttributeValue>;
	for (let left = count; left > 0; left -= 25 * atOnce)
		await Promise.all(
			Array.from({ length: atOnce }, () => {
				const requests = Array.from({ length: 25 }, () => ({
					PutRequest: { Item: { ...stored, pk: { S: randomUUID() } } },
				}));
				return dynamodb.send(
					new BatchWriteItemCommand({
						RequestItems: { [product.inbox]: requests },
					}),
				);
			}),
		);
}

/** As a developer uses it: the same folder, for long. */
async function growFolder(
	folder: string,
): Promise<Pick<Growth, "folder" | "watches">> {
	const told: Growth["folder"] = {};
	const polled: Growth["watches"] = {};
	{
		await using fresh = await startLocalCloud(folder);
		told[0] = await measureLocalCloud(fresh, 5);
		const { api, providers } = fresh.addresses;
		const { webhook = "", poll = "" } = providers.finbox ?? {};
		await many(deliveries, () => postJson(webhook, bodies.once()));
		await many(watches, () =>
			postJson(
				`${api}/watches/finbox`,
				JSON.stringify({ subject: randomUUID(), kind: "entity" }),
			),
		);
		const begun = performance.now();
		const summary = await postJson(poll, "");
		polled[watches] = { ms: performance.now() - begun, summary };
	}
	await using used = await startLocalCloud(folder);
	told[deliveries] = await measureLocalCloud(used, 5);
	return { folder: told, watches: polled };
}

async function many(times: number, work: () => Promise<unknown>) {
	const waiting = Array.from({ length: times }).values();
	await Promise.all(
		Array.from({ length: atOnce }, async () => {
			for (const _ of waiting) await work();
		}),
	);
}

async function postJson(url: string, body: string): Promise<unknown> {
	const response = await fetch(url, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body,
	});
	if (response.ok) return response.json();
	throw new Error(`${url} answered ${response.status}.`);
}
