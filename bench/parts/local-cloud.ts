import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Addresses, LocalProvider } from "../../local/addresses.ts";
import { bodies } from "../deliveries.ts";
import { ending, ours } from "../ending.ts";
import { median } from "../figures/figure.ts";

export interface LocalCloud {
	perSecond: number;
	p50Ms: number;
	/** from the last answer until the queue had everything */
	settledMs: number;
	startedMs: number;
}

const atOnce = 8;
const startMs = 120_000;
const settleMs = 60_000;
const script = join(import.meta.dirname, "../../local/start.ts");

/** The local cloud as `npm start` opens it, on any free port and a folder of its own. */
export interface Started extends AsyncDisposable {
	provider: LocalProvider;
	addresses: Addresses;
	startedMs: number;
}

export async function startLocalCloud(data: string): Promise<Started> {
	const begun = performance.now();
	const child = ours(
		spawn(process.execPath, [script, "--quiet"], {
			stdio: ["ignore", "ignore", "inherit"],
			env: { ...process.env, BILLHOOK_PORT: "0", BILLHOOK_DATA: data },
		}),
	);
	try {
		const addresses = await readyIn(data, child);
		const provider = addresses.providers.finbox;
		assert.ok(provider);
		return {
			provider,
			addresses,
			startedMs: performance.now() - begun,
			[Symbol.asyncDispose]: () => ending(child, 10_000),
		};
	} catch (error) {
		await ending(child, 10_000);
		throw error;
	}
}

async function readyIn(data: string, child: ChildProcess): Promise<Addresses> {
	const file = join(data, "local.json");
	const end = performance.now() + startMs;
	while (child.exitCode === null && performance.now() < end) {
		if (existsSync(file)) {
			const addresses = readFileSync(file, "utf8");
			return JSON.parse(addresses);
		}
		await delay(20);
	}
	throw new Error("The local cloud did not start.");
}

/** Posts new events for some seconds, several at once, and waits until the queue has them all. */
export async function measureLocalCloud(
	{ provider, addresses, startedMs }: Started,
	seconds: number,
): Promise<LocalCloud> {
	using stack = new DisposableStack();
	const sqs = stack.adopt(
		new SQSClient({
			region: addresses.region,
			endpoint: addresses.endpoints.sqs,
			credentials: addresses.credentials,
		}),
		(client) => client.destroy(),
	);
	// the gateway gives up connections that have been idle
	const openAgent = () =>
		stack.adopt(new Agent({ keepAlive: true, maxSockets: atOnce }), (opened) =>
			opened.destroy(),
		);
	const waiting = async (): Promise<number> => {
		const { Attributes } = await sqs.send(
			new GetQueueAttributesCommand({
				QueueUrl: provider.queueUrl,
				AttributeNames: ["ApproximateNumberOfMessages"],
			}),
		);
		return Number(Attributes?.ApproximateNumberOfMessages);
	};
	// functions start at their first event
	const first = openAgent();
	const warmUps = 4 * atOnce;
	const already = await waiting();
	await Promise.all(
		Array.from({ length: warmUps }, () => post(provider.webhook, first)),
	);
	const before = await settled(waiting, already + warmUps);
	const agent = openAgent();
	const ms: number[] = [];
	const begun = performance.now();
	const end = begun + seconds * 1000;
	await Promise.all(
		Array.from({ length: atOnce }, async () => {
			while (performance.now() < end) {
				const sentAt = performance.now();
				await post(provider.webhook, agent);
				ms.push(performance.now() - sentAt);
			}
		}),
	);
	const answeredAt = performance.now();
	await settled(waiting, before + ms.length);
	return {
		perSecond: (1000 * ms.length) / (answeredAt - begun),
		p50Ms: median(ms),
		settledMs: performance.now() - answeredAt,
		startedMs,
	};
}

async function settled(
	waiting: () => Promise<number>,
	atLeast: number,
): Promise<number> {
	const end = performance.now() + settleMs;
	for (;;) {
		const now = await waiting();
		if (now >= atLeast) return now;
		if (performance.now() > end)
			throw new Error(`The queue has ${now} of ${atLeast} events.`);
		await delay(20);
	}
}

async function post(url: string, agent: Agent): Promise<void> {
	const headers = { "content-type": "application/json" };
	const sending = request(url, { method: "POST", agent, headers });
	sending.end(bodies.once());
	const [response] = (await once(sending, "response")) as [IncomingMessage];
	response.resume();
	await once(response, "end");
	assert.equal(response.statusCode, 200);
}
