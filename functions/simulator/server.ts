import { once } from "node:events";
import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import { control } from "./control.ts";
import { type Faults, misbehave, openFaults } from "./faults.ts";
import {
	openWebhooks,
	type Post,
	type Retries,
	type Webhooks,
} from "./webhooks.ts";

export interface SimulatorOptions {
	/** 0, the default, is any free one */
	port?: number;
	host?: string;
	clock?: () => Date;
	/** in place of the simulator's own, by the names of the settings */
	credentials?: Readonly<Record<string, string>>;
}

/** A request as the simulated API sees it; the path as it came, not decoded. */
export interface Asked {
	method: string;
	path: string;
	query: URLSearchParams;
	/** names in lower case */
	headers: Readonly<Record<string, string>>;
	text: string;
	at: Date;
	/** what was answered; undefined: nothing, or not yet */
	status?: number;
}

export interface Answer {
	/** 200 unless told */
	status?: number;
	headers?: Readonly<Record<string, string>>;
	/** a string is sent as it is, anything else as JSON */
	body?: unknown;
}

/** Something that happens at the provider, told as one object. */
export type Act = (input: never) => unknown;
export type Acts = Readonly<Record<string, Act>>;

/** A provider's API as its documentation describes it, and what can happen there. */
export interface SimulatedApi<A extends Acts = Acts, Facts = unknown> {
	/** the settings under which a poll reaches it, and the credentials it takes */
	settings(url: string): Readonly<Record<string, unknown>>;
	answer(asked: Asked): Answer;
	acts: A;
	/** an input for each act, for people */
	examples: Readonly<Record<keyof A, object>>;
	facts(): Facts;
	/** absent, it never tries again */
	retries?: Retries;
}

/** A running simulator; disposing it closes its port and every connection. */
export interface Simulator<A extends Acts = Acts, Facts = unknown>
	extends AsyncDisposable {
	url: string;
	settings: Readonly<Record<string, unknown>>;
	acts: A;
	/** what the provider holds now */
	facts(): Facts;
	webhooks: Webhooks;
	faults: Faults;
	/** every request to the API, in the order they came */
	requests: readonly Asked[];
}

export interface Surroundings {
	clock: () => Date;
	/** sends a webhook, if its fate allows; resolves when it is answered */
	post(post: Post): Promise<void>;
}

export async function serveApi<A extends Acts, Facts>(
	api: (surroundings: Surroundings) => SimulatedApi<A, Facts>,
	{ port = 0, host = "127.0.0.1", clock = () => new Date() }: SimulatorOptions,
): Promise<Simulator<A, Facts>> {
	const { webhooks, post } = openWebhooks((attempt, status) =>
		(simulated.retries ?? never)(attempt, status),
	);
	const simulated: SimulatedApi<A, Facts> = api({ clock, post });
	const faults = openFaults();
	const requests: Asked[] = [];

	async function serve(request: IncomingMessage, response: ServerResponse) {
		const asked = await askedBy(request, clock());
		if (asked.path.startsWith("/_control"))
			return write(response, await control(simulator, simulated, asked));
		requests.push(asked);
		const answer = async () => simulated.answer(asked);
		const fault = faults.take(asked);
		const answered = fault
			? await misbehave(fault, response, answer)
			: await answer();
		asked.status = answered && (answered.status ?? 200);
		if (answered) write(response, answered);
	}

	const server = createServer((request, response) => {
		serve(request, response).catch((error) =>
			write(response, { status: 500, body: { error: String(error) } }),
		);
	}).listen(port, host);
	await once(server, "listening");
	const address = server.address();
	const url = `http://${host}:${typeof address === "object" ? address?.port : port}`;

	const simulator: Simulator<A, Facts> = {
		url,
		settings: simulated.settings(url),
		acts: simulated.acts,
		facts: simulated.facts,
		webhooks,
		faults,
		requests,
		async [Symbol.asyncDispose]() {
			const closed = once(server, "close");
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
	return simulator;
}

const never: Retries = () => false;

async function askedBy(request: IncomingMessage, at: Date): Promise<Asked> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	const { pathname, searchParams } = new URL(request.url ?? "/", "http://here");
	const headers = Object.fromEntries(
		Object.entries(request.headers).map(([name, value]) => [
			name,
			String(value),
		]),
	);
	return {
		method: request.method ?? "GET",
		path: pathname,
		query: searchParams,
		headers,
		text: Buffer.concat(chunks).toString(),
		at,
	};
}

function write(response: ServerResponse, answer: Answer): void {
	const { status = 200, headers = {}, body } = answer;
	if (response.destroyed || response.headersSent) return;
	response.writeHead(status, {
		"content-type": "application/json",
		...headers,
	});
	response.end(typeof body === "string" ? body : JSON.stringify(body));
}
