import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { withPatience } from "../../functions/aws/dynamodb.ts";
import { openHttp } from "../../functions/aws/http.ts";
import { openMemory } from "../../functions/aws/memory.ts";
import { openDynamoDb } from "../../functions/aws/sdk/dynamodb.ts";
import { openWatches } from "../../functions/aws/watches/watches.ts";
import type { Delivery } from "../../functions/delivery/delivery.ts";
import { receive } from "../../functions/delivery/receive.ts";
import { newTraceparent } from "../../functions/inbox/traceparent.ts";
import type { WatchRequest } from "../../functions/inbox/watch-request.ts";
import { runPoll } from "../../functions/polling/run.ts";
import type { Provider } from "../../functions/provider.ts";
import { apiSecret, readSecret } from "../../functions/secret.ts";
import type {
	Acts,
	Simulator,
	SimulatorOptions,
} from "../../functions/simulator/simulator.ts";
import type { Webhook } from "../../functions/simulator/webhooks.ts";
import type { Cloud } from "./cloud.ts";
import { openConsumer } from "./consumer.ts";
import { openEndpoint, token } from "./endpoint.ts";
import { quarantinedIn } from "./quarantined.ts";

export interface TestBedOptions {
	settings?: Readonly<Record<string, unknown>>;
	start?: Date;
	/** how long a hanging provider is waited for */
	patienceMs?: number;
	random?: () => number;
}

/** A provider, the two ways into its inbox, and a clock that stands still unless somebody moves it. */
export async function openTestBed<A extends Acts, Facts>(
	cloud: Cloud,
	provider: Provider,
	open: (options: SimulatorOptions) => Promise<Simulator<A, Facts>>,
	options: TestBedOptions = {},
) {
	const { patienceMs = 20_000, random = () => 0.5 } = options;
	const { clock, table, bucket, endpoint } = await openEndpoint(
		cloud,
		provider,
	);
	const taken = await openConsumer(cloud, {
		table,
		bucket,
		provider: provider.name,
	});
	if (options.start) clock.now = options.start;
	const now = () => clock.now;
	const simulator = await open({ clock: now });
	const settings: Record<string, unknown> = {
		...simulator.settings,
		...options.settings,
	};
	const read = async () =>
		readSecret(JSON.stringify(settings), apiSecret(provider));
	const watchesTable = await cloud.watchesTable();
	const dynamodb = withPatience(openDynamoDb());
	const memory = openMemory({ table: watchesTable, now, dynamodb });
	const rules = provider.poll?.watches;
	const watches =
		rules && openWatches({ table: watchesTable, rules, now, random, dynamodb });
	const both = { ...endpoint, watches };
	const inbox = await openWebhook(provider, now, (delivery) =>
		receive(delivery, both),
	);
	simulator.webhooks.subscribe({ url: inbox.url });
	const client = openHttp();

	const pass = (seconds: number) => {
		clock.now = new Date(clock.now.getTime() + seconds * 1000);
	};

	return {
		simulator,
		acts: simulator.acts,
		/** as the api secret holds them: a test may change one */
		settings,
		clock,
		pass,
		memory,
		watch: async (request: WatchRequest) => watches?.start(request),
		watches: async () => (await watches?.list())?.watches ?? [],
		/** one run of the schedule; waiting moves the clock */
		poll: () => {
			const until = (seconds: number) =>
				new Date(clock.now.getTime() + seconds * 1000);
			const deadline = until(57);
			return runPoll({
				provider,
				settings: { read },
				store: { ...endpoint.store, now, deadline },
				memory,
				watches,
				random,
				http: (outgoing) =>
					client.http({
						...outgoing,
						timeoutMs: Math.min(outgoing.timeoutMs, patienceMs),
					}),
				// who waits at the same time waits for the same time
				pause: async (ms) => {
					const until = clock.now.getTime() + ms;
					await setImmediate();
					pass(Math.max(0, until - clock.now.getTime()) / 1000);
				},
				stopAt: until(48),
			});
		},
		/** sends a webhook once more; answers the status */
		async deliver({ path, text, headers }: Webhook): Promise<number> {
			const response = await fetch(inbox.url + path, {
				method: "POST",
				headers,
				body: text,
			});
			await response.arrayBuffer();
			return response.status;
		},
		quarantined: () => quarantinedIn(cloud, table),
		/** as the queue has handed them out */
		events: () => taken() as unknown as Promise<Event[]>,
		async [Symbol.asyncDispose]() {
			client[Symbol.dispose]();
			await inbox[Symbol.asyncDispose]();
			await simulator[Symbol.asyncDispose]();
		},
	};
}

export interface Event extends Record<string, unknown> {
	id: string;
	type: string;
	subject: string;
	via: string;
	time: string;
	lane?: string;
	sequence: string;
	data: Record<string, unknown>;
}

/** The webhook's address, on a port of its own. */
async function openWebhook(
	provider: Provider,
	now: () => Date,
	take: (delivery: Delivery) => ReturnType<typeof receive>,
) {
	const server = createServer(async (request, response) => {
		const delivery = await deliveryOf(request, provider, now());
		const { status, body } = await take(delivery);
		response.writeHead(status).end(body);
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	const port = typeof address === "object" ? address?.port : 0;
	return {
		url: `http://127.0.0.1:${port}`,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
		},
	};
}

async function deliveryOf(
	request: IncomingMessage,
	provider: Provider,
	receivedAt: Date,
): Promise<Delivery> {
	const segments = (request.url ?? "").split("/").slice(1);
	return {
		query: {},
		method: request.method ?? "",
		token,
		path: Object.fromEntries(
			provider.path.map((name, index) => [name, segments[index] ?? ""]),
		),
		headers: Object.fromEntries(
			Object.entries(request.headers).map(([name, value]) => [
				name,
				String(value),
			]),
		),
		bytes: await buffer(request),
		receivedAt,
		traceparent: newTraceparent(),
	};
}
